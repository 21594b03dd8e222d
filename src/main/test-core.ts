/** A core for tests: a real database in memory, a clock that the test moves, a log it can read. */
import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import { createIds } from '#shared/kernel/ids.ts';
import { createChangeBus } from './changes.ts';
import type { Core } from './core.ts';
import { createTestDb } from './db/test-db.ts';
import { createMemoryLog, type DeviceLog } from './log/log.ts';
import { createMemorySecrets } from './secrets/memory-secrets.ts';

export interface TestCore extends Core {
  readonly log: DeviceLog;
  /** Moves the clock by so many milliseconds. */
  advance(ms: number): void;
}

export function createTestCore(startAt = Date.UTC(2026, 10, 21, 9)): TestCore {
  let clock = startAt;
  const now = () => clock;
  const log = createMemoryLog(now);
  return {
    db: createTestDb(),
    now,
    newId: createIds(now, (target) => target.set(randomBytes(target.length))),
    randomBytes,
    log,
    changes: createChangeBus(log),
    metrics: new Registry(),
    secrets: createMemorySecrets(),
    advance: (ms) => {
      clock += ms;
    },
  };
}
