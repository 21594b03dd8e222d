import { type ServerConfig, takesPayments } from '../../config.ts';
import type { PaymentProvider } from './payment-provider.port.ts';

/**
 * Who the settings say takes money; `undefined` = nobody. `signal` ends the calls under way. Loaded when it is wanted: a server
 * that takes no payments needs no client of a bank.
 */
export async function openProvider(config: ServerConfig, signal: AbortSignal): Promise<PaymentProvider | undefined> {
  const { YOOKASSA_SHOP_ID: shopId, YOOKASSA_SECRET_KEY: secretKey } = config;
  if (!takesPayments(config) || shopId === undefined || secretKey === undefined) return undefined;
  const { createYooKassa } = await import('./yookassa.provider.ts');
  return createYooKassa({
    apiUrl: config.YOOKASSA_API_URL,
    shopId,
    secretKey,
    returnUrl: config.YOOKASSA_RETURN_URL,
    isReal: config.AGENT_ENV === 'PROD',
    signal,
  });
}
