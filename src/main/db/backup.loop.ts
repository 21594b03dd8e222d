/**
 * Copies that a device takes of itself, once a day while nobody stands at it. They lie on the same disk, so they are for a
 * mistake and a damaged file; against a lost disk copies have to go elsewhere (`prilavok backup --to`).
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Gauge, type Registry } from 'prom-client';
import type { Logger, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import { backUpDevice, backupTime, removeHalfCopies } from './backup.ts';
import { copiesOf } from './db-files.ts';

const HOUR_MS = 3_600_000;
/** How often it is looked whether it is time, and whether nobody is there. */
const LOOK_MS = 600_000;

export interface BackupLoopDeps {
  readonly dataDir: string;
  /** 0: none are made. */
  readonly everyHours: number;
  readonly keep: number;
  readonly now: () => number;
  /** Copying stands in the way of a screen for a moment. */
  readonly isIdle: () => boolean;
  readonly log: Logger;
  readonly metrics: Registry;
}

export function createBackupLoop(deps: BackupLoopDeps): Loop {
  const { dataDir, everyHours, keep, now, isIdle } = deps;
  const log = deps.log.child({ domain: 'backup' });
  const target = copiesOf(dataDir);
  const lastAt = (): number | undefined => {
    try {
      // One of the future was made by a wrong clock, and must not keep the right ones from being made.
      const times = readdirSync(target)
        .flatMap((name) => backupTime(name) ?? [])
        .filter((at) => at <= now());
      return times.length === 0 ? undefined : Math.max(...times);
    } catch {
      return undefined;
    }
  };
  new Gauge({
    name: 'device_backup_last_success_timestamp_seconds',
    help: 'When the newest checked copy in the data folder was made; 0 while there is none.',
    registers: [deps.metrics],
    collect() {
      this.set((lastAt() ?? 0) / 1000);
    },
  });
  return createLoop({
    name: 'backup',
    intervalMs: LOOK_MS,
    log,
    run: async () => {
      if (everyHours === 0 || !isIdle()) return;
      // A device that was set up just now has nothing yet that is worth a copy.
      const since = lastAt() ?? statSync(join(dataDir, 'device.db')).birthtimeMs;
      if (now() - since < everyHours * HOUR_MS) return;
      removeHalfCopies(target);
      const { folder, files } = await backUpDevice({ dataDir, target, now: now(), keep });
      log.info('a copy of the data is made and checked', { folder, files: files.length });
    },
  });
}
