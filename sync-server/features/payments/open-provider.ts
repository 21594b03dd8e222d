import { type ServerConfig, takesPayments } from '../../config.ts';
import type { PaymentProvider } from './payment-provider.port.ts';
import { createYooKassa } from './yookassa.provider.ts';

/** Who the settings say takes money; `undefined` = nobody. `signal` ends the calls under way. */
export function openProvider(config: ServerConfig, signal: AbortSignal): PaymentProvider | undefined {
  const { YOOKASSA_SHOP_ID: shopId, YOOKASSA_SECRET_KEY: secretKey } = config;
  if (!takesPayments(config) || shopId === undefined || secretKey === undefined) return undefined;
  return createYooKassa({
    apiUrl: config.YOOKASSA_API_URL,
    shopId,
    secretKey,
    returnUrl: config.YOOKASSA_RETURN_URL,
    signal,
  });
}
