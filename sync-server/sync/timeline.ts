/**
 * Which timeline this server is on. A database that was restored from a backup forgets what it has told devices: their
 * cursors point past its heads, and versions would be given out twice. A guard file outside the database remembers how
 * far the heads had come; when the database is behind it, a new epoch begins and devices fall back.
 */

import type { Db } from '#server/db/db.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { readAllHeads } from './entities.repo.ts';
import type { GuardFile } from './guard-file.ts';
import type { SyncLog } from './sync.port.ts';
import { findTimeline, saveTimeline, type TimelineRow } from './timeline.repo.ts';

export interface Timeline {
  /** 128 bits, hex. */
  readonly epoch: string;
  /** Up to where each scope is as it was in an earlier epoch; a scope that is absent shares nothing with it. */
  forksSince(epoch: string): Readonly<Record<string, number>>;
  /** Tells the guard how far the heads have come. Written within a second; losing the last second only loses notice. */
  saw(heads: Readonly<Record<string, number>>): void;
  /** Writes what the guard has not written yet. */
  close(): Promise<void>;
}

export interface TimelineOptions {
  readonly db: Db;
  /** Absent: nothing outlives the database (tests). */
  readonly guard?: GuardFile;
  readonly newEpoch: () => string;
  readonly log: SyncLog;
  /**
   * Does again what the journal of an embedded database holds. True when the database had lost some of it: then the
   * versions it gives out are not those it gave before.
   */
  readonly recover?: () => Promise<boolean>;
  /** A power cut may take what the database had committed, and not all of it stands in a journal. */
  readonly isVolatile?: boolean;
}

/** Reads or begins the timeline, before the server answers anybody. */
export async function openTimeline(options: TimelineOptions): Promise<Timeline> {
  const { db, guard, log } = options;
  const known = await findTimeline(db);
  const guarded = await guard?.read();
  const headsFound = await readAllHeads(db);
  const lostTail = (await options.recover?.()) ?? false;
  const reason = lostTail
    ? 'the database had lost its last writes'
    : whyAnother(known, guarded, headsFound, options.isVolatile === true);
  const current = reason === undefined && known !== undefined ? known : begin(known, guarded, headsFound);
  if (current !== known) {
    await saveTimeline(db, current);
    if (known !== undefined || guarded !== undefined) log.warn({ reason, epoch: current.epoch }, 'a new epoch begins');
  }
  let heads = await readAllHeads(db);
  await guard?.write({ epoch: current.epoch, heads });

  return {
    epoch: current.epoch,
    forksSince: (epoch) => current.forks[epoch] ?? {},
    saw: (seen) => {
      for (const [scope, head] of Object.entries(seen)) {
        if (head > (heads[scope] ?? 0)) heads = { ...heads, [scope]: head };
      }
      guard?.writeSoon({ epoch: current.epoch, heads });
    },
    close: async () => {
      await guard?.write({ epoch: current.epoch, heads, closed: true });
      await guard?.close();
    },
  };

  function begin(
    before: TimelineRow | undefined,
    guardedState: GuardedState | undefined,
    found: Readonly<Record<string, number>>,
  ): TimelineRow {
    const epoch = options.newEpoch();
    if (!/^[0-9a-f]{32}$/.test(epoch)) throw new AppError('app.internal', 'an epoch is 32 hex digits');
    // Of a database from some other epoch nothing is known to agree with the one that devices last saw.
    if (before === undefined || (guardedState !== undefined && guardedState.epoch !== before.epoch)) {
      return { epoch, forks: {} };
    }
    // A device may be several epochs behind: with each it shares the least that any restore since has kept.
    const earlier = Object.entries(before.forks).map(([one, heads]): [string, Heads] => [one, leastOf(heads, found)]);
    const forks = [...earlier, [before.epoch, found] as const].slice(-MAX_EPOCHS);
    return { epoch, forks: Object.fromEntries(forks) };
  }
}

/** Of a device that is further behind everything is read again. */
const MAX_EPOCHS = 32;
type Heads = Readonly<Record<string, number>>;

const leastOf = (one: Heads, other: Heads): Heads =>
  Object.fromEntries(Object.entries(one).map(([scope, head]) => [scope, Math.min(head, other[scope] ?? 0)]));

interface GuardedState {
  readonly epoch: string;
  readonly heads: Readonly<Record<string, number>>;
  readonly closed?: boolean | undefined;
}

function whyAnother(
  known: TimelineRow | undefined,
  guarded: GuardedState | undefined,
  heads: Readonly<Record<string, number>>,
  isVolatile: boolean,
): string | undefined {
  if (known === undefined) return 'the database is new';
  if (guarded === undefined) return undefined;
  if (guarded.epoch !== known.epoch) return 'the database is of another epoch than the guard';
  const behind = Object.entries(guarded.heads).find(([scope, head]) => (heads[scope] ?? 0) < head);
  if (behind === undefined) {
    // The guard is a second behind: what the last second gave out and lost, nobody can tell.
    return isVolatile && guarded.closed !== true
      ? 'the server died, and its database may have lost its end'
      : undefined;
  }
  return `${behind[0]} is at ${heads[behind[0]] ?? 0}, devices have seen ${behind[1]}`;
}
