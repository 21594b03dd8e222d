/** Brings back what an embedded database had accepted and lost: its journal, run again. */
import type { Db } from '#server/db/db.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { MutatorLookup } from '#shared/sync/replay.ts';
import { type AcceptedBatch, durableByCommit } from './durability.ts';
import { createPush } from './push.service.ts';
import type { SyncLive, SyncLog } from './sync.port.ts';
import type { Timeline } from './timeline.ts';
import { findLastMid } from './writers.repo.ts';

export interface RecoverDeps {
  readonly db: Db;
  readonly newId: NewId;
  readonly log: SyncLog;
  /** The registry, unless a test brings its own. */
  readonly findMutator?: MutatorLookup;
}

/**
 * Runs accepted batches in their order. What the database kept is known by its `mid`; anything new means that it had
 * lost it: then the answer is true.
 */
export async function recover(deps: RecoverDeps, accepted: readonly AcceptedBatch[]): Promise<boolean> {
  const silent: SyncLive = { poke: () => undefined, hqChanged: () => undefined };
  const nowhere: Timeline = { epoch: '', forksSince: () => ({}), saw: () => undefined, close: () => Promise.resolve() };
  let lost = 0;
  for (const { actor, request, receivedAt, parked } of accepted) {
    const before = await findLastMid(deps.db, request.writer);
    const run = createPush({
      ...deps,
      timeline: nowhere,
      durability: durableByCommit,
      live: silent,
      now: () => receivedAt,
    });
    const { epoch: _epoch, ticket: _ticket, ...body } = request;
    const { lastMid } = await run(actor, body, { parked });
    lost += lastMid - before;
  }
  if (lost > 0)
    deps.log.warn({ mutations: lost }, 'the database had lost accepted mutations; the journal brought them back');
  return lost > 0;
}
