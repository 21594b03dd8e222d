/** Contracts of a server as its settings have them. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createReportFonts } from '#node/pdf/fonts.ts';
import type { ManagerGuard } from '../../auth/manager.guard.ts';
import type { ServerConfig } from '../../config.ts';
import { openChannels } from '../reports/open-channels.ts';
import type { ContractPorts } from './contracts.ports.ts';
import { contractsRoutes } from './contracts.routes.ts';
import { createContractsService } from './contracts.service.ts';

type FromApp = Omit<ContractPorts, 'sms' | 'fonts' | 'secret' | 'otp' | 'payWithinDays' | 'vat'>;

const SECOND = 1000;

export async function openContracts(
  options: FromApp & { readonly app: FastifyInstance; readonly config: ServerConfig; readonly manager: ManagerGuard },
): Promise<void> {
  const { app, config, manager, ...ports } = options;
  const contracts = createContractsService({
    ...ports,
    // Without a provider of its own a server of development would write codes into a folder for anybody to read.
    sms: config.CONTRACT_CODE_SMS && config.SMS_PROVIDER !== undefined ? (await openChannels(config)).sms : undefined,
    fonts: createReportFonts(join(import.meta.dirname, '../../..')),
    secret: config.CONTRACT_SIGNATURE_SECRET,
    otp: {
      lifeMs: config.OTP_TTL_S * SECOND,
      tries: config.OTP_MAX_TRIES,
      pauseMs: config.OTP_COOLDOWN_S * SECOND,
    },
    payWithinDays: config.CONTRACT_PAY_DAYS,
    vat: config.CONTRACT_VAT,
  });
  await app.register(contractsRoutes(manager, contracts));
  app.addHook('onListen', async () => contracts.start());
  app.addHook('onClose', () => contracts.stop());
}
