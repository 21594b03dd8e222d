/** The server, composed: every plugin and feature by name, in order. Nothing listens, nothing is read from outside. */
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { BLOB_FIELDS, type BlobFields } from '#shared/blobs/blob-fields.ts';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import { authRoutes } from './auth/auth.routes.ts';
import { createAuthService } from './auth/auth.service.ts';
import { createBelieved } from './auth/believed.ts';
import { createGuards } from './auth/guards.ts';
import { createJwt } from './auth/jwt.ts';
import { createManagerGuard } from './auth/manager.guard.ts';
import { managerAuthRoutes } from './auth/manager-auth.routes.ts';
import { createManagerAuth } from './auth/manager-auth.service.ts';
import { keepServerSecret } from './auth/server-keys.repo.ts';
import { createDbSessions } from './auth/sessions.repo.ts';
import { createLinks } from './blobs/blob-link.ts';
import { createBlobsCollector } from './blobs/blobs.collect.ts';
import { blobsRoutes } from './blobs/blobs.routes.ts';
import { createBlobsService } from './blobs/blobs.service.ts';
import { openBlobStore } from './blobs/open-store.ts';
import type { ServerConfig } from './config.ts';
import type { OpenDb } from './db/db.ts';
import { alertsRoutes } from './features/alerts/alerts.routes.ts';
import { createAlertsService } from './features/alerts/alerts.service.ts';
import { createAlertWatch } from './features/alerts/alerts.watch.ts';
import { auditRoutes } from './features/audit/audit.routes.ts';
import { createAuditService } from './features/audit/audit.service.ts';
import { catalogueRoutes } from './features/catalogue/catalogue.routes.ts';
import { createCatalogueService } from './features/catalogue/catalogue.service.ts';
import { createImportsService } from './features/catalogue/imports.service.ts';
import { commandsRoutes } from './features/commands/commands.routes.ts';
import { createCommandsService } from './features/commands/commands.service.ts';
import { openSigner } from './features/commands/commands.signing.ts';
import { openConnections } from './features/connections/open-connections.ts';
import { openContracts } from './features/contracts/open-contracts.ts';
import { devicesRoutes } from './features/devices/devices.routes.ts';
import { createDevicesService } from './features/devices/devices.service.ts';
import { passportKeyRoutes } from './features/devices/passport-key.routes.ts';
import { openExchange } from './features/exchange/open-exchange.ts';
import type { Prices } from './features/exchange/price-source.port.ts';
import { createAgentTokensService } from './features/fiscal/agent-tokens.service.ts';
import { createReportsService } from './features/fiscal/fiscal.reports.service.ts';
import { fiscalRoutes } from './features/fiscal/fiscal.routes.ts';
import { createFiscalService } from './features/fiscal/fiscal.service.ts';
import { createWaiters } from './features/fiscal/fiscal.waiters.ts';
import { createInterventionsService } from './features/fiscal/interventions.service.ts';
import { monitorRoutes } from './features/fiscal/monitor.routes.ts';
import { createMonitorService } from './features/fiscal/monitor.service.ts';
import { registersRoutes } from './features/fiscal/registers.routes.ts';
import { createRegistersService } from './features/fiscal/registers.service.ts';
import { hqRoutes } from './features/hq/hq.routes.ts';
import { createHqService } from './features/hq/hq.service.ts';
import { createHeartbeats } from './features/kiosk/heartbeats.ts';
import { kioskRoutes } from './features/kiosk/kiosk.routes.ts';
import { createKioskDesk } from './features/kiosk/kiosk.service.ts';
import { createKiosks } from './features/kiosk/kiosks.service.ts';
import { openManagerDesk } from './features/manager/open-manager.ts';
import { kiosksOverviewRoutes } from './features/partner/kiosks-overview.routes.ts';
import { partnerRoutes } from './features/partner/partner.routes.ts';
import { createPartnerService } from './features/partner/partner.service.ts';
import { partnerKiosksRoutes } from './features/partner/partner-kiosks.routes.ts';
import { createPartnerKiosks } from './features/partner/partner-kiosks.service.ts';
import { listPartnerShopIds } from './features/partner/partner-shops.repo.ts';
import { openPayments } from './features/payments/open-payments.ts';
import { reconciliationRoutes } from './features/reconciliation/reconciliation.routes.ts';
import { createReconciliation } from './features/reconciliation/reconciliation.service.ts';
import { openChannels } from './features/reports/open-channels.ts';
import { openReports } from './features/reports/open-reports.ts';
import { reportsRoutes } from './features/reports/reports.routes.ts';
import { createClientUsers } from './features/support/client-users.service.ts';
import { keptHere } from './features/support/support.carrier.ts';
import { supportRoutes } from './features/support/support.routes.ts';
import { createSupport } from './features/support/support.service.ts';
import { createConflicts } from './features/sync/conflicts.service.ts';
import { createSyncRetention } from './features/sync/sync.retention.ts';
import { syncDeskRoutes } from './features/sync/sync.routes.ts';
import { createSyncDesk } from './features/sync/sync.service.ts';
import { createShopsService } from './features/users/shops.service.ts';
import { usersRoutes } from './features/users/users.routes.ts';
import { createUsersService } from './features/users/users.service.ts';
import { createCleanup } from './jobs/cleanup.service.ts';
import { createDaily } from './jobs/daily.ts';
import { createHousekeeping } from './jobs/housekeeping.ts';
import { createJobMeter, jobsRoutes } from './jobs/jobs.routes.ts';
import { createLive } from './live/live.ts';
import { createOrganizationKeys } from './organization-keys.ts';
import { documentation } from './plugins/documentation.ts';
import { drain } from './plugins/drain.ts';
import { compilersFactory, errors } from './plugins/errors.ts';
import { health } from './plugins/health.ts';
import { metrics } from './plugins/metrics.ts';
import { pages, separateNavigations } from './plugins/pages.ts';
import { rateLimits } from './plugins/rate-limits.ts';
import { routeTable } from './plugins/routes.ts';
import { security } from './plugins/security.ts';
import { listGrants } from './sync/grants.repo.ts';
import { currentScopes } from './sync/grants.rules.ts';
import { syncRoutes } from './sync/sync.routes.ts';
import { openSync } from './sync/sync.service.ts';

export interface AppOptions {
  readonly config: ServerConfig;
  /** Open and migrated; whoever opened it closes it, after the app. */
  readonly opened: OpenDb;
  /** Where sync keeps its guard and, beside an embedded database, its journal. Absent: nowhere (tests). */
  readonly dataDir?: string;
  /** Which fields refer to files; tests name some of their own. */
  readonly blobFields?: BlobFields;
  /** What currencies are worth, instead of what the settings name; tests set their own. */
  readonly prices?: Prices;
  /** Unix ms. */
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  readonly logger: FastifyBaseLogger;
  readonly version: string;
}

const MINUTE = 60_000;
const BODY_LIMIT = 1_048_576;
const DRAIN_MS = 10_000;
/** Long enough for a device that is at work, short enough for a revocation on another instance. */
const BEARER_BELIEVED_MS = 3000;

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, opened, now, newId, random, logger } = options;
  const { db } = opened;
  const allowedOrigins = config.ALLOWED_ORIGINS;
  const app: FastifyInstance = Fastify({
    loggerInstance: logger,
    genReqId: newId,
    requestIdHeader: false,
    trustProxy: config.TRUST_PROXY,
    bodyLimit: BODY_LIMIT,
    schemaController: { compilersFactory },
    // How long a request may take to arrive. Long polls answer late, which this does not count.
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    // By then `drain` has let every answer go.
    forceCloseConnections: true,
    logController: new LogController({ disableRequestLogging: true }),
  });
  app.addHook('onRequest', async (request) => {
    const { method, url, ip } = request;
    request.log.trace({ method, url, ip }, 'asked');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, ip } = request;
    request.log.debug({ method, url, ip, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
  });
  separateNavigations(app);

  const waiters = createWaiters();
  app.addHook('preClose', async () => waiters.close());
  const believed = createBelieved(BEARER_BELIEVED_MS);
  const sessions =
    config.REDIS_URL === undefined
      ? createDbSessions(db)
      : await (await import('./auth/redis-sessions.ts')).openRedisSessions(config.REDIS_URL, logger);
  app.addHook('onClose', () => sessions.close());
  const auth = createAuthService({
    db,
    sessions,
    now,
    random,
    sessionIdleMs: config.SESSION_IDLE_MIN * MINUTE,
    sessionMaxMs: config.SESSION_MAX_H * 60 * MINUTE,
    believed,
  });
  const guards = createGuards(auth, allowedOrigins);
  const bus =
    config.REDIS_URL === undefined
      ? undefined
      : await (await import('./live/redis-bus.ts')).openRedisBus(config.REDIS_URL, logger);
  const live = createLive(app, {
    auth,
    bus,
    forgetBearers: believed.forget,
    scopesOf: async (deviceId) => currentScopes(await listGrants(db, deviceId)),
    shopsOf: (partner) => listPartnerShopIds(db, partner),
    allowedOrigins,
    log: logger,
  });
  const tokenGraceMs = config.TOKEN_GRACE_MIN * MINUTE;
  const signer = await openSigner(db, config.COMMAND_KEY, now);
  const devices = createDevicesService({
    db,
    now,
    newId,
    random,
    live,
    checkpoint: () => sync.checkpoint(),
    commandKey: signer.publicKey,
    codeLifeMs: config.ENROLMENT_CODE_MIN * MINUTE,
    tokenGraceMs,
  });
  const fiscal = createFiscalService({ db, now, live, waiters });
  const sync = await openSync({
    opened,
    dataDir: options.dataDir,
    live,
    now,
    newId,
    onIncarnation: believed.forget,
    randomBytes: (size) => {
      const bytes = new Uint8Array(new ArrayBuffer(size));
      random(bytes);
      return bytes;
    },
    log: logger,
  });
  app.addHook('onClose', () => sync.close());
  const cataloguePorts = { db, now, newId, live, sync, log: logger };
  const imports = createImportsService(cataloguePorts);
  await imports.recover(opened.kind);
  app.addHook('onClose', () => imports.close());
  const blobPorts = {
    db,
    store: await openBlobStore(config, logger),
    fields: options.blobFields ?? BLOB_FIELDS,
    now,
    log: logger,
  };
  const linkSecret = config.BLOB_LINK_SECRET ?? (await keepServerSecret(db, 'blob-links', random, now()));
  const blobs = createBlobsService({ ...blobPorts, links: createLinks(linkSecret) });
  const collector = createBlobsCollector({ ...blobPorts, graceDays: config.BLOB_GRACE_DAYS });

  // After those that end long waits: it waits for the answers they make.
  await app.register(drain, { withinMs: DRAIN_MS });
  await app.register(routeTable);
  await app.register(errors);
  await app.register(security);
  await app.register(rateLimits, { factor: config.RATE_FACTOR });
  await app.register(documentation, { version: options.version });
  await app.register(metrics, { token: config.METRICS_TOKEN, sockets: live.sockets });
  await app.register(health(guards, opened.ping));
  await app.register(authRoutes({ guards, auth, live, allowedOrigins }));
  const managerAuth = createManagerAuth({
    db,
    jwt: createJwt(config.MANAGER_JWT_SECRET ?? (await keepServerSecret(db, 'manager', random, now()))),
    now,
    newId,
    tokenLifeMs: config.MANAGER_ACCESS_TOKEN_EXPIRE_MINUTES * MINUTE,
  });
  const managerGuard = createManagerGuard(managerAuth);
  await app.register(managerAuthRoutes(guards, managerGuard, managerAuth));
  await app.register(devicesRoutes(guards, devices));
  await app.register(commandsRoutes(guards, createCommandsService({ db, now, live, signer })));
  const keys = createOrganizationKeys(config.PASSPORT_KEY);
  await app.register(passportKeyRoutes(guards, { db, now, keys }));
  const support = createSupport({
    db,
    now,
    newId,
    keys,
    sync,
    carry:
      config.SUPPORT_WEBHOOK_URL === undefined
        ? keptHere
        : (await import('./features/support/support.webhook.ts')).createWebhookCarrier(
            config.SUPPORT_WEBHOOK_URL,
            config.SUPPORT_WEBHOOK_TOKEN,
          ),
    log: logger,
  });
  await openManagerDesk({ app, guards, manager: managerGuard, db, now, newId, random, sync, keys, blobs, support });
  await app.register(supportRoutes({ db, support, users: createClientUsers({ db, now, newId, sync }) }));
  app.addHook('onListen', async () => support.start());
  app.addHook('onClose', () => support.stop());
  const syncDesk = createSyncDesk({ db, now, live });
  const pull: typeof sync.pull = async (actor, request) => {
    await syncDesk.report(actor, request.backlog);
    await syncDesk.noteReads(actor, request.reads);
    return sync.pull(actor, request);
  };
  const kioskPorts = { db, now, newId, random, live, sync };
  const kioskDesk = createKioskDesk(kioskPorts);
  const push: typeof sync.push = async (actor, request, known) => {
    const answer = await sync.push(actor, request, known);
    await kioskDesk.notePush(actor, request, answer);
    return answer;
  };
  await app.register(syncRoutes, { device: guards.device, sync: { ...sync, push, pull } });
  const heartbeats = createHeartbeats({
    db,
    now,
    onFault: (err) => logger.error({ err }, 'heartbeats could not be written'),
  });
  app.addHook('onClose', () => heartbeats.stop());
  await app.register(kioskRoutes(guards, kioskDesk, heartbeats, now));
  await app.register(syncDeskRoutes(guards, syncDesk, createConflicts({ db })));
  const onDurable = (shopId: string) => live.partnerChanged(shopId, ['orders']);
  await app.register(blobsRoutes({ guards, blobs, isDirect: config.BLOB_DIRECT, onDurable }));
  const reports = createReportsService({ db, now, newId, live });
  await app.register(fiscalRoutes({ guards, fiscal, reports, waiters }));
  const interventions = createInterventionsService({ db, now, live, waiters });
  await app.register(monitorRoutes(guards, createMonitorService({ db, now }), interventions));
  const agentTokens = createAgentTokensService({ db, now, newId, random, live, tokenGraceMs });
  await app.register(registersRoutes(guards, createRegistersService({ db, now, live }), agentTokens));
  await app.register(alertsRoutes(guards, createAlertsService({ db, now, live })));
  const users = createUsersService({ db, now, random, sessions, live });
  await app.register(usersRoutes(guards, users, createShopsService({ db, now, live, sync })));
  await app.register(auditRoutes(guards, createAuditService({ db })));
  await app.register(reconciliationRoutes(guards, createReconciliation({ db, now })));
  await app.register(hqRoutes(guards, createHqService({ db, now }), devices));
  await app.register(catalogueRoutes(guards, createCatalogueService(cataloguePorts), imports));
  const kiosks = createKiosks({ ...kioskPorts, settleHeartbeats: () => heartbeats.flush() });
  await app.register(partnerRoutes(guards, createPartnerService({ db, now, sync, blobs })));
  await app.register(partnerKiosksRoutes(guards, createPartnerKiosks({ db, kiosks })));
  await app.register(kiosksOverviewRoutes(guards, kiosks));
  const { payments, provider } = await openPayments({ app, config, guards, db, now, newId, live, log: logger });
  await openConnections({ app, config, guards, db, now, newId, random, provider });
  await openContracts({
    app,
    config,
    manager: managerGuard,
    db,
    now,
    newId,
    random,
    keys,
    blobs,
    sync,
    support,
    fiscal,
    payments,
    log: logger,
  });
  const messages = await openReports({ app, config, db, now, newId, random, live, blobs, sync, log: logger });
  await app.register(reportsRoutes(guards, messages.reports));
  await openExchange({
    app,
    config,
    guards,
    db,
    now,
    newId,
    random,
    live,
    prices: options.prices,
    log: logger,
  });
  const alertWatch = createAlertWatch({
    db,
    now,
    newId,
    live,
    email: (await openChannels(config)).email,
    url: () => new URL('/hq/alerts', config.PUBLIC_URL ?? app.listeningOrigin).href,
    log: logger,
  });
  app.addHook('onListen', async () => alertWatch.start());
  app.addHook('onClose', () => alertWatch.stop());
  app.addHook('onListen', async () => messages.queue.start());
  app.addHook('onClose', () => messages.queue.stop());
  const cleanup = createCleanup({ db, now, sync, passportDays: config.PASSPORT_RETENTION_DAYS });
  const daily = createDaily({ db, now, cleanup, meter: createJobMeter(app, now), log: logger });
  await app.register(jobsRoutes(guards, { db, now, cleanup, daily }));
  app.addHook('onListen', async () => daily.start());
  app.addHook('onClose', () => daily.stop());
  await app.register(pages(config.RENDERER_DIR));

  const desk = createSyncRetention({ db, now }, { cases: config.SYNC_CASE_DAYS, history: config.FIELD_HISTORY_DAYS });
  const housekeeping = createHousekeeping({ db, sessions, now, log: logger, sync, desk, blobs: collector });
  app.addHook('onListen', () => housekeeping.start());
  app.addHook('onClose', () => housekeeping.stop());
  return app;
}
