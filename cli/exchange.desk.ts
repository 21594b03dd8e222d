/** A currency desk of its own in a folder: the core of a cashier's, with the terminal for a screen. */
import { randomBytes } from 'node:crypto';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { createChangeBus } from '#main/changes.ts';
import type { ChangeBus } from '#main/core.ts';
import { openDatabase } from '#main/db/open.ts';
import type { Confirm, PhoneCommand } from '#main/domains/exchange/exchange.port.ts';
import { createExchange, type Exchange, type ExchangeDeps } from '#main/domains/exchange/exchange.service.ts';
import { openDeviceLog } from '#main/log/device-log.ts';
import { createFileSecrets } from '#main/secrets/file-secrets.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { createIds } from '#shared/kernel/ids.ts';
import type { HandledCommand } from '#shared/rpc/exchange.contract.ts';
import type { ExchangeConfig } from './exchange.config.ts';
import { Refused } from './faults.ts';

export interface TerminalDesk {
  readonly exchange: Exchange;
  readonly changes: Pick<ChangeBus, 'subscribe'>;
  readonly deviceId: string;
  readonly newId: () => string;
  readonly now: () => number;
}

export interface TerminalDeskOptions {
  readonly dataDir: string;
  readonly config: ExchangeConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly confirm: (now: () => number, exchange: () => Exchange) => Confirm;
  readonly onCommand: (command: PhoneCommand) => void;
  readonly onOpened: NonNullable<ExchangeDeps['onOpened']>;
  readonly onHandled: (command: HandledCommand) => void;
  /** Where lines of the log go besides their file. */
  readonly mirror?: ((line: string) => void) | undefined;
}

/** Throws `Refused` when the folder is in use or cannot be opened. */
export async function withDesk<T>(options: TerminalDeskOptions, work: (desk: TerminalDesk) => Promise<T>): Promise<T> {
  const { dataDir, config, mirror } = options;
  const now = () => Date.now();
  const log = openDeviceLog({
    dataDir,
    level: mirror === undefined ? 'info' : 'debug',
    now,
    ...(mirror === undefined ? {} : { mirror }),
  });
  try {
    const opened = await openDatabase({
      file: join(dataDir, 'device.db'),
      migrationsFolder: join(import.meta.dirname, '../drizzle/device'),
      log,
      now,
    });
    try {
      const newId = createIds(now, (target) => target.set(randomBytes(target.length)));
      const secrets = createFileSecrets({ folder: dataDir, env: options.env, randomBytes });
      const deviceId = config.device_id ?? (await ownId(secrets, newId));
      log.begin('currency desk of a terminal', { server: config.api_base_url, deviceId });
      const changes = createChangeBus(log);
      const exchange: Exchange = createExchange(
        { db: opened.db, now, log, changes, secrets },
        {
          serverUrl: () => config.api_base_url,
          deviceToken: async () => undefined,
          target: () => ({ kind: config.target_device, deviceId }),
          pollMs: config.poll_interval_seconds * 1000,
          autoConfirm: { isOn: config.auto_confirm_sales, maxMinor: config.auto_confirm_max_usd * 100 },
          random: () => randomBytes(4).readUInt32BE() / 2 ** 32,
          after: (ms, then) => {
            const timer = setTimeout(then, ms);
            return () => clearTimeout(timer);
          },
          confirm: options.confirm(now, () => exchange),
          onCommand: options.onCommand,
          onOpened: options.onOpened,
          onHandled: options.onHandled,
          httpsAgent: config.verify_ssl ? undefined : new Agent({ rejectUnauthorized: false }),
        },
      );
      await exchange.load();
      return await work({ exchange, changes, deviceId, newId, now });
    } finally {
      opened.close();
    }
  } catch (error) {
    if (error instanceof AppError && (error.code.startsWith('db.') || error.code === 'config.invalid')) {
      throw new Refused(`${dataDir}: ${error.message}`, { cause: error });
    }
    throw error;
  } finally {
    log.close();
  }
}

const OWN_ID = 'exchange.device';
async function ownId(secrets: ReturnType<typeof createFileSecrets>, newId: () => string): Promise<string> {
  const known = await secrets.get(OWN_ID);
  if (known !== undefined) return known;
  const id = newId();
  await secrets.set(OWN_ID, id);
  return id;
}
