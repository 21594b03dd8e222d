/** What keeps a device in order while nobody looks: commands of headquarters, copies, what it may not keep, its erasure. */
import type { DeviceConfig } from '#main/config/device-settings.ts';
import type { Core } from '#main/core.ts';
import { createBackupLoop } from '#main/db/backup.loop.ts';
import { markForWipe } from '#main/db/wipe.ts';
import type { CatalogueService } from '#main/domains/catalogue/catalogue.service.ts';
import { createCommandsHttp } from '#main/domains/commands/commands.http.ts';
import { createCommands } from '#main/domains/commands/commands.service.ts';
import { countOwedRefunds } from '#main/domains/payments/payments.service.ts';
import type { Reports } from '#main/domains/reports/reports.service.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import { collectLog } from '#main/log/log-bundle.ts';
import { createRetention } from '#main/retention/retention.service.ts';
import { createForgetting } from '#main/sync/forget.ts';
import { MAX_BUNDLE_CHARS } from '#shared/devices/commands.schema.ts';
import type { Ground } from './ground.ts';
import type { Program } from './program.ts';

export interface UpkeepDeps {
  readonly ground: Ground;
  readonly catalogue: CatalogueService;
  readonly visits: VisitService;
  readonly reports: Reports;
}

export function createUpkeep(core: Core, config: DeviceConfig, program: Program, deps: UpkeepDeps) {
  const { log, now } = core;
  const { ground, catalogue, visits, reports } = deps;
  const { devices, sync, outbox, fiscal, staff, isInMemory, random } = ground;
  const { mode } = config;

  const isBusy = () =>
    visits.current() !== undefined ||
    staff.signedIn() !== undefined ||
    fiscal.views().some(({ state, queued }) => state === 'ready' && queued > 0);
  /** Nobody could begin this device anew, or there is no folder to erase. */
  const canErase = program.restart !== undefined && !isInMemory;
  const eraseAndRestart = () => {
    markForWipe(config.dataDir);
    program.restart?.();
  };
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
      wipe: canErase ? eraseAndRestart : undefined,
    },
    isBusy,
    owes: () => ({
      receipts: fiscal.views().reduce((sum, { queued }) => sum + queued, 0),
      refunds: countOwedRefunds(core.db),
    }),
    version: program.version,
    random,
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
  return {
    isBusy,
    commands,
    backup,
    retention,
    /** Erases what is here, where that can be done, once the server says that this device is not one of its own any more. */
    eraseWhenRevoked: (before: () => void) => {
      const stop = core.changes.subscribe(({ collection }) => {
        if (collection !== 'device' || sync.status().state !== 'revoked') return;
        stop();
        before();
        if (canErase) eraseAndRestart();
      });
    },
  };
}
