/** The domains of a device, each given what it needs of the others; and the order in which their work begins and ends. */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import type { FastifyInstance } from 'fastify';
import { createReportFonts } from '#node/pdf/fonts.ts';
import { MAX_BUNDLE_CHARS } from '#shared/devices/commands.schema.ts';
import type { Shop } from '#shared/devices/devices.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import { agentApi } from './agent-api/agent-api.ts';
import { createSeedReports } from './agent-api/seed-reports.ts';
import type { Pictures } from './blobs/blob-door.ts';
import { blobPath } from './blobs/blob-files.ts';
import { blobsProcedures } from './blobs/blobs.procedures.ts';
import { type Blobs, createBlobs } from './blobs/blobs.service.ts';
import type { DeviceConfig } from './config/device-settings.ts';
import type { Core, Loop } from './core.ts';
import { createBackupLoop } from './db/backup.loop.ts';
import { markForWipe } from './db/wipe.ts';
import { attendantProcedures } from './domains/attendant/attendant.procedures.ts';
import { createAttendant } from './domains/attendant/attendant.service.ts';
import { createSwitches } from './domains/attendant/switches.service.ts';
import { catalogueProcedures } from './domains/catalogue/catalogue.procedures.ts';
import { createCatalogue } from './domains/catalogue/catalogue.service.ts';
import { clientsProcedures } from './domains/clients/clients.procedures.ts';
import { createClients } from './domains/clients/clients.service.ts';
import { createAskForKey, createOrganizationKeyring } from './domains/clients/organization-key.ts';
import { createCommandsHttp } from './domains/commands/commands.http.ts';
import { createCommands } from './domains/commands/commands.service.ts';
import { createManagerWire } from './domains/contracts/contracts.http.ts';
import { contractsProcedures } from './domains/contracts/contracts.procedures.ts';
import { createContracts } from './domains/contracts/contracts.service.ts';
import { devicesProcedures } from './domains/devices/devices.procedures.ts';
import { createDevices, type DevicesService } from './domains/devices/devices.service.ts';
import { diagnosticsProcedures, thicknessProcedures } from './domains/diagnostics/diagnostics.procedures.ts';
import { createDiagnostics } from './domains/diagnostics/diagnostics.service.ts';
import { lastWorkedAt, wasServed } from './domains/diagnostics/served.rules.ts';
import { createThickness } from './domains/diagnostics/thickness.service.ts';
import { exchangeProcedures } from './domains/exchange/exchange.procedures.ts';
import { createExchange } from './domains/exchange/exchange.service.ts';
import { bindEmulated } from './domains/fiscal/emulated/binding.ts';
import { createFiscalDomain } from './domains/fiscal/fiscal.domain.ts';
import type { Driver } from './domains/fiscal/fiscal.runtime.ts';
import { loadFptrLibrary } from './domains/fiscal/fptr/library.ts';
import { openFptrRegister } from './domains/fiscal/fptr/register.ts';
import { createCodeKey } from './domains/kiosk/code-key.ts';
import { createCodes } from './domains/kiosk/codes.service.ts';
import { createHeartbeat } from './domains/kiosk/heartbeat.ts';
import { createKioskWire } from './domains/kiosk/kiosk.http.ts';
import { kioskProcedures } from './domains/kiosk/kiosk.procedures.ts';
import { createKiosk } from './domains/kiosk/kiosk.service.ts';
import { createTroubles } from './domains/kiosk/troubles.service.ts';
import { ordersProcedures } from './domains/orders/orders.procedures.ts';
import { createOrders } from './domains/orders/orders.service.ts';
import { createVoids } from './domains/orders/voids.service.ts';
import { createAskKiosks } from './domains/partner/partner.http.ts';
import { partnerProcedures } from './domains/partner/partner.procedures.ts';
import { createPartner } from './domains/partner/partner.service.ts';
import { paymentsProcedures } from './domains/payments/payments.procedures.ts';
import {
  countOwedRefunds,
  createPayments,
  createPaymentWatch,
  isServiceDue,
  visitMoney,
  visitPayments,
} from './domains/payments/payments.service.ts';
import { createDevProvider } from './domains/payments/provider.ts';
import { createYooKassa } from './domains/payments/yookassa.provider.ts';
import { photosProcedures } from './domains/photos/photos.procedures.ts';
import { createPhotos } from './domains/photos/photos.service.ts';
import { createReportsDomain } from './domains/reports/reports.domain.ts';
import { reportsProcedures } from './domains/reports/reports.procedures.ts';
import { createSystemPrinter } from './domains/reports/system.printer.ts';
import { staffProcedures } from './domains/staff/staff.procedures.ts';
import { areRightsOver } from './domains/staff/staff.rules.ts';
import { createStaff } from './domains/staff/staff.service.ts';
import { createResume } from './domains/visits/resume.service.ts';
import { visitsProcedures } from './domains/visits/visits.procedures.ts';
import { createVisitExpiry, createVisits } from './domains/visits/visits.service.ts';
import { createInstruments } from './instruments.ts';
import type { LogEntry } from './log/log.ts';
import { collectLog } from './log/log-bundle.ts';
import { registerSyncMetrics } from './metrics/sync.metrics.ts';
import { upkeepProcedures } from './retention/retention.procedures.ts';
import { createRetention } from './retention/retention.service.ts';
import type { Procedures } from './rpc/router.ts';
import { createBacklog } from './sync/backlog.service.ts';
import { COUNTED_FROM } from './sync/counted-time.ts';
import { createForgetting } from './sync/forget.ts';
import { createOutboxRepo } from './sync/outbox.repo.ts';
import { pullNow } from './sync/pull-now.ts';
import { createStateRepo } from './sync/state.repo.ts';
import { syncProcedures } from './sync/sync.procedures.ts';
import { createSync, type Sync } from './sync/sync.ts';
import { takeOver } from './sync/take-over.ts';
import { createUnsentFiles } from './sync/unsent-file.ts';

function eraseAndRestart(dataDir: string, restart: (() => void) | undefined): void {
  markForWipe(dataDir);
  restart?.();
}

/** Once, when the server says that this device is not one of its own any more, or has said so before this start. */
function onRevoked(core: Core, sync: Pick<Sync, 'status'>, then: () => void): void {
  const stop = core.changes.subscribe(({ collection }) => {
    if (collection !== 'device' || sync.status().state !== 'revoked') return;
    stop();
    then();
  });
}

/** As long as a manager waits for what the server wrote; it comes by itself, too. */
const PULL_AFTER_ACT_MS = 2000;
/** A person waits for it; a contract is asked for again when its photos have come. */
const PHOTOS_WAIT_MS = 15_000;
/** As long as a guest waits for a code to be looked up. */
const PULL_FOR_CODE_MS = 4000;

export interface Services {
  readonly devices: DevicesService;
  readonly blobs: Blobs;
  readonly pictures: Pictures;
  readonly procedures: Procedures;
  readonly signedIn: () => boolean;
  readonly isBusy: () => boolean;
  readonly agentApi: (app: FastifyInstance, token: string, newRef: () => string) => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function createServices(
  core: Core,
  config: DeviceConfig,
  program: {
    readonly version: string;
    readonly platform: string;
    /** Where the program is: it brings files along. */
    readonly folder: string;
    readonly events: () => readonly LogEntry[];
    readonly restart?: (() => void) | undefined;
    readonly leave?: (() => void) | undefined;
  },
): Promise<Services> {
  const { log, now } = core;
  const { mode, environment } = config;

  const devices = createDevices(core, {
    ...program,
    environment,
    serverUrl: config.serverUrl,
    supportContact: config.supportContact,
    http: axios.create(),
  });
  const shop = (): Shop => {
    const known = devices.shop();
    if (known === undefined) throw new AppError('device.not_enrolled', 'the shop of this device is not known yet');
    return known;
  };

  const random = () => Buffer.from(core.randomBytes(4)).readUInt32BE() / 2 ** 32;
  const keepUnsent = createUnsentFiles(config.dataDir);
  const { name: file, memory: isInMemory } = core.db.$client;
  if (!isInMemory) takeOver(core, { file, keepUnsent, adoptIdentity: (text) => devices.adoptIdentity(text) });
  const sync = createSync(core, {
    mode,
    identity: () => devices.identity(),
    serverUrl: () => devices.serverUrl(),
    token: () => devices.token(),
    random,
    onTaskNext: () => agents.wake(),
    onPayment: () => {
      payments.lookSoon();
      paymentWatch.wake();
    },
    onCommand: () => commands.hear(),
    onExchange: () => exchange.hear(),
    moveTo: (shopId) => devices.moveTo(shopId),
    keepUnsent,
    onPurging: (whose) => blobs.startPurge(whose),
    waitingFiles: () => blobs.waiting().count,
    onPurged: () => {
      catalogue.shelveAnew();
      clients.listAnew();
      blobs.finishPurge();
    },
  });
  devices.reportSync(() => sync.status());
  registerSyncMetrics(core.metrics, () => sync.status());
  const outbox = createOutboxRepo(core.db);
  const syncState = createStateRepo(core.db);
  const blobs = createBlobs(core, {
    folder: join(config.dataDir, 'blobs'),
    bytesPerSecond: config.blobs.rateKiBps * 1024,
    cacheBytes: config.blobs.cacheMiB * 1024 * 1024,
    serverUrl: () => devices.serverUrl(),
    token: () => devices.token(),
    hasUnsent: () => outbox.hasPending(),
    epoch: () => syncState.find()?.epoch ?? null,
    countedMs: () => syncState.find()?.countedMs ?? COUNTED_FROM,
    random,
  });
  core.changes.subscribe(({ collection }) => {
    // A server that is back is to get the files that wait, without waiting out a pause.
    if (collection === 'device' && sync.status().state === 'online') blobs.loops.uploading.wake();
  });

  // Until the first pull the shop's zone is not known; a till stands where its computer does.
  const timeZone = () => devices.shop()?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const driver = await openDriver(config, timeZone);
  if (config.fiscal.driver === 'emulated') log.warn('the register driver is emulated: nothing it prints is a receipt');
  if (driver.open === undefined) log.info('no register driver on this machine', { reason: driver.reason });
  const staff = createStaff(core, () => commands.isErasing());
  const operator = () => staff.operator();
  const backlog = createBacklog(core, {
    sync,
    operator,
    folder: join(config.dataDir, 'exports'),
    about: () => ({ ...devices.identity(), mode, version: program.version, serverUrl: devices.serverUrl() }),
  });
  const { fiscal, agents, ...fiscalDomain } = createFiscalDomain({
    ...config.fiscal,
    core,
    sync,
    staff,
    driver,
    ownId: () => devices.identity()?.fiscalDeviceId,
    policy: () => {
      const { ip, port } = config.fiscal.kkt;
      return ip === undefined || port === undefined ? undefined : { ip, port };
    },
    device: async () => {
      const serverUrl = devices.serverUrl();
      const token = await devices.token();
      return serverUrl === undefined || token === undefined ? undefined : { serverUrl, token };
    },
    taxationSystem: () => shop().taxationSystem,
    timeZone,
  });
  const catalogue = createCatalogue({ ...core, now: sync.serverTime });
  const memberName = (id: string) => staff.list().find((member) => member.id === id)?.name;
  const hangUp = new AbortController();
  const server = async () => {
    const serverUrl = devices.serverUrl();
    const token = await devices.token();
    return serverUrl === undefined || token === undefined ? undefined : { serverUrl, token };
  };
  const keyring = createOrganizationKeyring({
    secrets: core.secrets,
    log,
    organizationId: () => devices.identity()?.organizationId,
    ask: createAskForKey(server, hangUp.signal),
    changed: () => core.changes.emit({ collection: 'clients', ids: [] }),
    random,
  });
  const clients = createClients(core, {
    sync,
    signedIn: () => staff.signedIn(),
    requireRights: () => {
      const heardAt = syncState.find()?.heardAt ?? devices.identity()?.enrolledAt;
      const { offlineDays } = config.manager;
      if (heardAt !== undefined && areRightsOver(heardAt, sync.serverTime(), offlineDays)) {
        throw new AppError('staff.read_only', `the server was not heard for more than ${offlineDays} days`, {
          details: { heardAt, offlineDays },
        });
      }
    },
    memberName,
    keyring,
    blobs,
    timeZone,
  });
  const contracts = createContracts(core, {
    wire: createManagerWire({ endpoint: server, now, version: program.version, signal: hangUp.signal }),
    reveal: (clientId) => clients.passports.reveal(clientId),
    photo: (id) => readWhole(blobs, id),
    fonts: createReportFonts(program.folder),
    shop,
    signedIn: () => staff.signedIn(),
    sendAll: async () => {
      await sync.loops.push.tick().catch(() => undefined);
      return outbox.countPending();
    },
    sendPhotos: async (ids) => {
      const isWaiting = () => blobs.describe(ids).some(({ state }) => state === 'local' || state === 'uploading');
      if (!isWaiting()) return;
      const tooLong = delay(PHOTOS_WAIT_MS, undefined, { ref: false });
      await Promise.race([blobs.loops.uploading.tick().catch(() => undefined), tooLong]);
    },
    readAnew: () => pullNow(sync.loops.pull, { now, lastPullAt: () => sync.status().lastPullAt }, PULL_AFTER_ACT_MS),
    isOnline: () => sync.status().state === 'online',
  });
  const switches = createSwitches(core);
  const kiosk = createKiosk(core, { sync, deviceId: () => devices.identity()?.deviceId });
  const troubles = createTroubles(core, {
    kiosk,
    register: () => fiscal.views().find(({ isMain }) => isMain),
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(config.dataDir);
      return bavail * bsize;
    },
  });
  const visits = createVisits(core, {
    sync,
    payments: visitPayments,
    ttlMs: config.visits.defaultTtlMs,
    isOff: (kind) => switches.isOff(kind) || !kiosk.isOpen() || commands.isErasing(),
  });
  const orders = createOrders(core, { sync, catalogue, shop });
  const isServed = (visit: Visit): boolean =>
    wasServed(visit, {
      scan: diagnostics.view(visit.id)?.scan,
      measurement: thickness.view(visit.id)?.measurement,
      isPhotoOrdered: photos.isOrdered(visit.id),
    });
  const wire = createKioskWire(async () => {
    const serverUrl = devices.serverUrl();
    const token = await devices.token();
    const deviceId = devices.identity()?.deviceId;
    return serverUrl === undefined || token === undefined || deviceId === undefined
      ? undefined
      : { serverUrl, token, deviceId };
  }, hangUp.signal);
  const codeKey = createCodeKey(core.secrets, wire, () => devices.identity()?.deviceId);
  const lastPullAt = () => sync.status().lastPullAt;
  const codes = createCodes(core, {
    sync,
    deviceId: () => devices.requireIdentity().deviceId,
    key: () => codeKey.get(),
    pull: () => pullNow(sync.loops.pull, { now, lastPullAt }, PULL_FOR_CODE_MS),
    lastPullAt,
  });
  const heartbeat = createHeartbeat(core, {
    wire,
    isEnrolled: () => devices.identity() !== undefined,
    version: program.version,
    queue: () => sync.status().unsent,
    onHeard: () => codeKey.refresh(),
    random,
  });
  const payments = createPayments(core, {
    sync,
    fiscal,
    orders,
    visits,
    operator,
    requireApproval: (need) => staff.requireApproval(need),
    discountLimitPercent: config.desk.discountLimitPercent,
    kioskOperator: () => ({ name: devices.requireIdentity().name }),
    isServed,
    imageOf: (db, visitId) => photos.imageOf(db, visitId),
    // The provider that confirms by itself is not even made in PROD.
    provider:
      environment === 'DEV' && config.payments.provider !== 'yookassa'
        ? createDevProvider(config.payments.dev)
        : createYooKassa({
            endpoint: async () => {
              const serverUrl = devices.serverUrl();
              const token = await devices.token();
              return serverUrl === undefined || token === undefined ? undefined : { serverUrl, token };
            },
            describe: (orderId) => `${shop().name}, ${orders.find(core.db, orderId)?.number ?? ''}`.slice(0, 128),
            signal: hangUp.signal,
          }),
    codes,
    staff,
    isOnline: () => sync.status().state === 'online',
    epoch: () => syncState.find()?.epoch ?? null,
    environment,
  });
  const voids = createVoids(core, {
    operator,
    requireApproval: (need) => staff.requireApproval(need),
    voidLimitMinor: config.desk.voidLimitMinor,
  });
  const isPaid = (visitId: string) => isServiceDue(core.db, visitId);
  const instruments = createInstruments(config, { version: program.version, now });
  const diagnostics = createDiagnostics(core, {
    visits,
    isPaid,
    open: instruments.openAdapter,
    limits: config.diagnostics,
    onEnd: troubles.scanEnded,
  });
  const thickness = createThickness(core, {
    visits,
    isPaid,
    norms: config.thickness,
    openGauge: instruments.openGauge,
    onGaugeTrouble: troubles.gaugeIs,
  });
  const reports = createReportsDomain(core, {
    sync,
    visits,
    diagnostics,
    thickness,
    isPaid,
    shop,
    blobs,
    blobFolder: join(config.dataDir, 'blobs'),
    programFolder: program.folder,
    printer: instruments.printer,
    onPrinterTrouble: (trouble) => troubles.printerIs('report printer', trouble),
    isPrintingOff: () => switches.isOff('printing'),
    serverUrl: () => devices.serverUrl(),
    publicUrl: config.reports.publicUrl,
    token: () => devices.token(),
    random,
  });
  const photos = createPhotos(core, {
    sync,
    visits,
    orders,
    hasMoney: (db, visitId) => visitMoney(db, visitId).kind !== 'none',
    blobs,
    pathOf: (imageId) => blobPath(join(config.dataDir, 'blobs'), imageId),
    printer: config.photos.printer === undefined ? undefined : createSystemPrinter(config.photos.printer, 'photo'),
    onPrinterTrouble: (trouble) => troubles.printerIs('photo printer', trouble),
  });
  const resume = createResume(core, {
    visits,
    isServed,
    factsOf: (visitId) => ({
      money: visitMoney(core.db, visitId),
      workedAt: lastWorkedAt({
        scan: diagnostics.view(visitId)?.scan,
        measurement: thickness.view(visitId)?.measurement,
      }),
      reportedAt: reports.listByVisit(visitId).at(-1)?.createdAt,
    }),
  });
  const attendant = createAttendant(core, {
    staff,
    visits,
    isPaid,
    switches,
    program: { version: program.version, platform: program.platform },
    instruments: instruments.atHand,
    leave: program.leave,
  });
  const partner = createPartner(core, {
    timeZone,
    asOf: lastPullAt,
    ask: createAskKiosks(async () => {
      const serverUrl = devices.serverUrl();
      const token = await devices.token();
      return serverUrl === undefined || token === undefined ? undefined : { serverUrl, token };
    }, hangUp.signal),
  });
  const paymentWatch = createPaymentWatch(payments, { intervalMs: config.payments.pollMs, log });
  const visitExpiry = createVisitExpiry(visits, log);
  const isBusy = () =>
    visits.current() !== undefined ||
    staff.signedIn() !== undefined ||
    fiscal.views().some(({ state, queued }) => state === 'ready' && queued > 0);
  const commands = createCommands(core, {
    identity: () => devices.identity(),
    http: createCommandsHttp({ serverUrl: () => devices.serverUrl(), token: () => devices.token() }),
    acts: {
      restart: program.restart,
      setLanguage: mode === 'kiosk' ? (tx, language) => devices.chooseLanguage(tx, language) : undefined,
      collectLog: () => collectLog(config.dataDir, MAX_BUNDLE_CHARS),
      refreshPrices: async () => {
        await sync.loops.pull.tick();
        return catalogue.standing();
      },
      sendLast: async () => {
        // What cannot be sent now is lost: headquarters was told so, and is told how much.
        await sync.loops.push.tick().catch((error: unknown) => log.warn('the last changes were not sent', { error }));
        return outbox.countPending();
      },
      wipe: program.restart && !isInMemory ? () => eraseAndRestart(config.dataDir, program.restart) : undefined,
    },
    isBusy,
    owes: () => ({
      receipts: fiscal.views().reduce((sum, { queued }) => sum + queued, 0),
      refunds: countOwedRefunds(core.db),
    }),
    version: program.version,
    random,
  });
  const exchange = createExchange(core, {
    serverUrl: () => devices.serverUrl(),
    deviceToken: () => devices.token(),
    target: () => ({ kind: 'desktop', deviceId: devices.identity()?.deviceId }),
    operatorId: () => staff.signedIn()?.id,
    pollMs: config.currency.pollSeconds * 1000,
    autoConfirm: { isOn: config.currency.autoConfirmSales, maxMinor: config.currency.autoConfirmMaxUsd * 100 },
    random,
    after: (ms, work) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
  });
  const backup = createBackupLoop({
    ...config.backup,
    // What is in memory has nothing to copy.
    everyHours: isInMemory ? 0 : config.backup.everyHours,
    dataDir: config.dataDir,
    now,
    isIdle: () => visits.current() === undefined && staff.signedIn() === undefined,
    log,
    metrics: core.metrics,
  });
  const retention = createRetention(core, {
    sync,
    deviceId: () => devices.identity()?.deviceId,
    forgetting: createForgetting(core.db),
    reports,
    limits: config.retention,
    isIdle: () => visits.current() === undefined,
  });

  if (mode === 'manager') {
    onRevoked(core, sync, () => {
      void keyring.forget();
      log.warn('this laptop was revoked: the files of clients leave it', {
        event: 'REVOKED_WIPE',
        unsent: outbox.countPending(),
      });
      if (program.restart !== undefined && !isInMemory) eraseAndRestart(config.dataDir, program.restart);
    });
  }
  devices.onEnrolled({
    after: () => {
      sync.reconnect();
      agents.wake();
      keyring.loop.wake();
    },
  });

  const exchangeLoops = mode === 'cashier' ? Object.values(exchange.loops) : [];
  const kioskLoops = mode === 'kiosk' ? [paymentWatch, visitExpiry] : [];
  const loops: readonly Loop[] = [
    sync.loops.push,
    sync.loops.pull,
    catalogue.shelving,
    catalogue.repricing,
    commands.loop,
    backup,
    ...Object.values(blobs.loops),
    ...exchangeLoops,
    ...kioskLoops,
    ...(mode === 'manager' ? [keyring.loop, clients.listing] : []),
    ...(mode === 'kiosk' ? [heartbeat, troubles.loop, retention.loop, ...reports.loops, ...photos.loops] : []),
  ];
  return {
    devices,
    blobs,
    pictures: { take: (...given) => photos.take(...given), ...clients.pictures },
    procedures: {
      device: devicesProcedures(devices, core.changes, program.events),
      staff: staffProcedures(staff, config.desk),
      catalogue: catalogueProcedures(catalogue),
      visits: visitsProcedures(visits, resume),
      orders: ordersProcedures(orders, voids),
      payments: paymentsProcedures(payments),
      ...fiscalDomain.procedures,
      clients: clientsProcedures(clients),
      contracts: contractsProcedures(contracts),
      sync: syncProcedures(backlog),
      blobs: blobsProcedures(blobs),
      diagnostics: diagnosticsProcedures(diagnostics),
      thickness: thicknessProcedures(thickness),
      reports: reportsProcedures(reports),
      photos: photosProcedures(photos),
      partner: partnerProcedures(partner),
      kiosk: kioskProcedures(kiosk),
      upkeep: upkeepProcedures(retention),
      attendant: attendantProcedures(attendant),
      exchange: exchangeProcedures(exchange),
    },
    signedIn: () => staff.signedIn() !== undefined,
    isBusy,
    agentApi: (app, token, newRef) =>
      agentApi(app, {
        token,
        version: program.version,
        visits,
        payments,
        reports: createSeedReports(reports, config.thickness),
        metrics: core.metrics,
        log,
        now,
        newRef,
      }),
    start: async () => {
      // Money that came while the device was off is seen before a visit may be taken for abandoned.
      for (const loop of kioskLoops) await loop.tick();
      if (mode === 'kiosk') {
        diagnostics.recover();
        reports.recover();
        await photos.recover();
      }
      commands.recover();
      await exchange.load();
      for (const loop of loops) loop.start();
      fiscal.start();
      agents.start();
    },
    stop: async () => {
      hangUp.abort();
      // A question that nobody answers holds the loop that asks it.
      exchange.close();
      await diagnostics.stop();
      thickness.stop();
      await Promise.all([
        catalogue.shelving.stop(),
        keyring.loop.stop(),
        clients.listing.stop(),
        catalogue.repricing.stop(),
        commands.loop.stop(),
        backup.stop(),
        retention.loop.stop(),
        heartbeat.stop(),
        troubles.loop.stop(),
        ...[...reports.loops, ...photos.loops].map((loop) => loop.stop()),
        ...[...kioskLoops, ...exchangeLoops].map((loop) => loop.stop()),
        agents.stop(),
      ]);
      await fiscal.stop();
      await blobs.stop();
      await sync.stop();
    },
  };
}

/** A file that is on this device; undefined when it is not, or cannot be read now. */
async function readWhole(blobs: Blobs, id: string): Promise<Uint8Array | undefined> {
  const [known] = blobs.describe([id]);
  // What would have to be fetched first is not waited for: a draft is drawn without a network.
  if (known === undefined || known.state === 'remote' || known.state === 'missing') return undefined;
  try {
    const parts: Uint8Array[] = [];
    for await (const part of (await blobs.open(id)).read()) parts.push(part);
    return Buffer.concat(parts);
  } catch {
    return undefined;
  }
}

/** The vendor's driver, if this machine has one. A till starts and sells on without it: its receipts wait. */
async function openDriver(config: DeviceConfig, timeZone: () => string): Promise<Driver> {
  const { driver, libraryPath } = config.fiscal;
  if (driver === 'emulated') return { open: openFptrRegister({ binding: bindEmulated(), timeZone }) };
  const library = await loadFptrLibrary({
    platform: process.platform,
    ...(libraryPath === undefined ? {} : { libraryPath }),
  });
  if (!library.available) return { open: undefined, reason: library.reason };
  return { open: openFptrRegister({ binding: library.binding, timeZone }) };
}
