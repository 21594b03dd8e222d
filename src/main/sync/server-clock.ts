/**
 * The server's time by this device's clock: what begins at a moment begins everywhere at once, on a clock that is two hours
 * off too, and with no line. Remembered over a restart, since a device that is switched on in the morning may be alone.
 */
import type { Db } from '#main/db/db.ts';

export interface ServerClock {
  /** Unix ms. Never before a moment that the server was heard at: what has begun does not end when a battery dies. */
  readonly now: () => number;
  /** @param aheadMs by how much this clock was ahead of the server's when that said `serverNow`. */
  readonly hear: (aheadMs: number, serverNow: number) => void;
}

/** Less than this is the road between them, and not worth a write to the disk at every exchange. */
const DRIFT_MS = 1000;
const REMEMBER_MS = 10 * 60_000;

export function createServerClock({ $client: client }: Db, now: () => number): ServerClock {
  const save = client.prepare<[number, number]>(
    `INSERT INTO sync_clock (id, ahead_ms, heard_at) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET ahead_ms = excluded.ahead_ms, heard_at = excluded.heard_at`,
  );
  let saved = client
    .prepare<[], { aheadMs: number; heardAt: number }>(
      'SELECT ahead_ms AS aheadMs, heard_at AS heardAt FROM sync_clock WHERE id = 1',
    )
    .get() ?? { aheadMs: 0, heardAt: 0 };
  let { aheadMs, heardAt } = saved;
  return {
    now: () => Math.max(now() - aheadMs, heardAt),
    hear: (ahead, serverNow) => {
      aheadMs = ahead;
      // A server whose clock was wrong and is set right must not hold its devices in the future.
      heardAt = serverNow;
      if (Math.abs(ahead - saved.aheadMs) < DRIFT_MS && Math.abs(serverNow - saved.heardAt) < REMEMBER_MS) return;
      saved = { aheadMs, heardAt };
      save.run(aheadMs, heardAt);
    },
  };
}
