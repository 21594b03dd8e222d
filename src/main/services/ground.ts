/** What every mode stands on: the device's own standing, its replica, its files, its people and its registers. */
import { join } from 'node:path';
import axios from 'axios';
import { type Blobs, createBlobs } from '#main/blobs/blobs.service.ts';
import type { DeviceConfig } from '#main/config/device-settings.ts';
import type { Core } from '#main/core.ts';
import { createDevices } from '#main/domains/devices/devices.service.ts';
import { createFiscalDomain } from '#main/domains/fiscal/fiscal.domain.ts';
import { createStaff } from '#main/domains/staff/staff.service.ts';
import { registerSyncMetrics } from '#main/metrics/sync.metrics.ts';
import { createBacklog } from '#main/sync/backlog.service.ts';
import { COUNTED_FROM } from '#main/sync/counted-time.ts';
import { createOutboxRepo } from '#main/sync/outbox.repo.ts';
import { pullNow } from '#main/sync/pull-now.ts';
import { createStateRepo } from '#main/sync/state.repo.ts';
import { createSync } from '#main/sync/sync.ts';
import { takeOver } from '#main/sync/take-over.ts';
import { createUnsentFiles } from '#main/sync/unsent-file.ts';
import type { Shop } from '#shared/devices/devices.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Program } from './program.ts';
import { openDriver } from './register-driver.ts';

/** What the ground tells to those who stand on it. They are made after it, and nothing is told before it starts. */
export interface Above {
  /** The server says that a payment has moved. */
  readonly onPayment: () => void;
  /** The server has a command for this device. */
  readonly onCommand: () => void;
  readonly onExchange: () => void;
  /** Rows of a scope have left this device: what was listed of them is listed anew. */
  readonly onPurged: () => void;
  /** Headquarters has this device erased, and nobody begins anything. */
  readonly isErasing: () => boolean;
}

export type Ground = Awaited<ReturnType<typeof createGround>>;

export async function createGround(core: Core, config: DeviceConfig, program: Program, above: Above) {
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
  /** The device's own server and token; undefined until it is enrolled. */
  const endpoint = async () => {
    const serverUrl = devices.serverUrl();
    const token = await devices.token();
    return serverUrl === undefined || token === undefined ? undefined : { serverUrl, token };
  };

  const random = () => Buffer.from(core.randomBytes(4)).readUInt32BE() / 2 ** 32;
  const keepUnsent = createUnsentFiles(config.dataDir);
  const { name: file, memory: isInMemory } = core.db.$client;
  if (!isInMemory) takeOver(core, { file, keepUnsent, adoptIdentity: (text) => devices.adoptIdentity(text) });
  const outbox = createOutboxRepo(core.db);
  const syncState = createStateRepo(core.db);
  const blobFolder = join(config.dataDir, 'blobs');
  const blobs: Blobs = createBlobs(core, {
    folder: blobFolder,
    bytesPerSecond: config.blobs.rateKiBps * 1024,
    cacheBytes: config.blobs.cacheMiB * 1024 * 1024,
    serverUrl: () => devices.serverUrl(),
    token: () => devices.token(),
    hasUnsent: () => outbox.hasPending(),
    epoch: () => syncState.find()?.epoch ?? null,
    countedMs: () => syncState.find()?.countedMs ?? COUNTED_FROM,
    random,
  });
  const sync = createSync(core, {
    mode,
    identity: () => devices.identity(),
    serverUrl: () => devices.serverUrl(),
    token: () => devices.token(),
    random,
    onTaskNext: () => agents.wake(),
    onPayment: above.onPayment,
    onCommand: above.onCommand,
    onExchange: above.onExchange,
    moveTo: (shopId) => devices.moveTo(shopId),
    keepUnsent,
    onPurging: (whose) => blobs.startPurge(whose),
    waitingFiles: () => blobs.waiting().count,
    onPurged: () => {
      above.onPurged();
      blobs.finishPurge();
    },
  });
  devices.reportSync(() => sync.status());
  registerSyncMetrics(core.metrics, () => sync.status());
  core.changes.subscribe(({ collection }) => {
    // A server that is back is to get the files that wait, without waiting out a pause.
    if (collection === 'device' && sync.status().state === 'online') blobs.loops.uploading.wake();
  });

  // Until the first pull the shop's zone is not known; a till stands where its computer does.
  const timeZone = () => devices.shop()?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const driver = await openDriver(config.fiscal, timeZone);
  if (config.fiscal.driver === 'emulated') log.warn('the register driver is emulated: nothing it prints is a receipt');
  if (driver.open === undefined) log.info('no register driver on this machine', { reason: driver.reason });
  const staff = createStaff(core, above.isErasing);
  const operator = () => staff.operator();
  const backlog = createBacklog(core, {
    sync,
    operator,
    folder: join(config.dataDir, 'exports'),
    about: () => ({ ...devices.identity(), mode, version: program.version, serverUrl: devices.serverUrl() }),
  });
  const {
    fiscal,
    agents,
    procedures: fiscalProcedures,
  } = createFiscalDomain({
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
    device: endpoint,
    taxationSystem: () => shop().taxationSystem,
    timeZone,
  });
  const lastPullAt = () => sync.status().lastPullAt;

  return {
    devices,
    shop,
    endpoint,
    random,
    isInMemory,
    outbox,
    syncState,
    blobs,
    blobFolder,
    sync,
    lastPullAt,
    /** Reads what the server has, but does not hold a person longer than `waitMs`. */
    pullWithin: (waitMs: number) => pullNow(sync.loops.pull, { now, lastPullAt }, waitMs),
    isOnline: () => sync.status().state === 'online',
    timeZone,
    staff,
    operator,
    backlog,
    fiscal,
    agents,
    fiscalProcedures,
  };
}
