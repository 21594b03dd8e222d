/** The currency desk, put together: its services, its routes and what runs beside them while the server listens. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import type { Guards } from '../../auth/guards.ts';
import { createJwt } from '../../auth/jwt.ts';
import { keepServerSecret } from '../../auth/server-keys.repo.ts';
import type { ServerConfig } from '../../config.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { createExchangeGuards } from './exchange.principal.ts';
import { exchangeRoutes } from './exchange.routes.ts';
import { createExchangeAuth } from './exchange-auth.service.ts';
import { createExchangeCommands } from './exchange-commands.service.ts';
import { purgeSessions } from './exchange-sessions.repo.ts';
import { openPrices } from './open-prices.ts';
import { createPairings } from './pairings.service.ts';
import type { Prices } from './price-source.port.ts';
import { createSellService } from './sell.service.ts';
import { purgePreviews } from './wallets.repo.ts';
import { createWalletsService } from './wallets.service.ts';

const MINUTE = 60_000;
const EXPIRE_EVERY_MS = 10_000;

export async function openExchange(ports: {
  readonly app: FastifyInstance;
  readonly config: ServerConfig;
  readonly guards: Guards;
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  readonly live: Pick<Live, 'exchangeWaits'>;
  /** Instead of those that the settings name; tests have their own. */
  readonly prices?: Prices | undefined;
  readonly log: FastifyBaseLogger;
}): Promise<void> {
  const { app, config, guards, db, now, newId, random, live, log } = ports;
  const closing = new AbortController();
  const prices = ports.prices ?? (await openPrices(config, now, closing.signal));
  // A phone stays signed in while the server starts again.
  const secret = config.EXCHANGE_JWT_SECRET ?? (await keepServerSecret(db, 'exchange', random, now()));
  const auth = createExchangeAuth({
    db,
    jwt: createJwt(secret),
    now,
    newId,
    random,
    tokenLifeMs: config.EXCHANGE_TOKEN_MIN * MINUTE,
  });
  const commands = createExchangeCommands({ db, now, newId, live, auth });
  await app.register(
    exchangeRoutes(guards, createExchangeGuards(guards, auth.authenticate), {
      auth,
      commands,
      wallets: createWalletsService({ db, now, prices }),
      sales: createSellService({
        db,
        now,
        newId,
        prices,
        previewLifeMs: config.PREVIEW_TTL_S * 1000,
        tolerancePercent: config.PRICE_TOLERANCE_PCT,
      }),
      pairings: createPairings({ db, now, random, live, auth }),
    }),
  );

  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> | undefined;
  const tick = (): void => {
    running ??= commands
      .expire()
      .catch((err: unknown) => log.error({ err }, 'ending commands whose time is over failed'))
      .finally(() => {
        running = undefined;
      });
  };
  app.addHook('onListen', async () => {
    timer ??= setInterval(tick, EXPIRE_EVERY_MS).unref();
  });
  app.addHook('onClose', async () => {
    closing.abort();
    clearInterval(timer);
    await running;
  });
}

const DAY = 24 * 60 * MINUTE;
/** Ended sessions are kept for a month: the audit may point at them. Of a preview a sale keeps what it needs. */
export async function purgeExchange(db: Db, now: number): Promise<void> {
  await purgeSessions(db, now - 30 * DAY);
  await purgePreviews(db, now - DAY);
}
