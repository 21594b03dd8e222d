/** A core over a fresh in-memory database, with a clock that the test owns and everything else quiet. */
import { Registry } from 'prom-client';
import { createChangeBus } from '#main/changes.ts';
import type { Core, Logger } from '#main/core.ts';
import { createTestDb } from '#main/db/test-db.ts';
import { createMemorySecrets } from '#main/secrets/memory-secrets.ts';
import { createIds } from '#shared/kernel/ids.ts';

export interface TestCore extends Core {
  /** Moves the clock forward. */
  advance(ms: number): void;
}

export const quietLog: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => quietLog };

export function createTestCore(startMs = 1_763_700_000_000): TestCore {
  let clock = startMs;
  let seed = 1;
  const now = () => clock;
  // A small generator is enough for ids that only have to differ within a test.
  const randomBytes = (size: number): Uint8Array =>
    Uint8Array.from({ length: size }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return (seed >> 16) & 0xff;
    });
  return {
    db: createTestDb(),
    now,
    newId: createIds(now, (target) => target.set(randomBytes(target.length))),
    randomBytes,
    log: quietLog,
    changes: createChangeBus(quietLog),
    metrics: new Registry(),
    secrets: createMemorySecrets(),
    advance(ms) {
      clock += ms;
    },
  };
}
