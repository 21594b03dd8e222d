/** Writes down, in the plain model, what the server has accepted: from its answer, or from its own rows when there was none. */
import { sql } from 'drizzle-orm';
import type { AcceptedBatch } from '#server/sync/durability.ts';
import { authorityAt } from '#server/sync/grants.rules.ts';
import type { SyncActor } from '#server/sync/sync.port.ts';
import type { Mutation, Outcome } from '#shared/sync/protocol.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import { accept, hold, lastMidOf } from './sync-model.ts';
import { POISON, type World } from './sync-world.ts';

type Batch = Pick<AcceptedBatch, 'request' | 'receivedAt'> & { readonly actor: SyncActor };

/** The batch that the server's process died over. */
const lastBatch = new WeakMap<World, Batch>();
export const diedOver = (world: World, batch: Batch): void => void lastBatch.set(world, batch);

/** After the process died: was the batch that it died over committed? */
export async function catchUp(world: World): Promise<void> {
  const batch = lastBatch.get(world);
  if (batch !== undefined) await recordStored(world, batch);
}

/** Batches that came back from the journal, over the model of the disk. */
export async function runAgain(world: World, batches: readonly AcceptedBatch[]): Promise<void> {
  for (const batch of batches) await recordStored(world, batch);
}

export async function recordStored(world: World, batch: Batch): Promise<void> {
  const { deviceId, incarnation } = batch.request.writer;
  const known = lastMidOf(world.model, batch.request.writer);
  const { rows } = await world.server.db.execute<{ outcome: Outcome }>(sql`
    SELECT outcome FROM sync_outcomes WHERE device_id = ${deviceId} AND incarnation = ${incarnation}
      AND mid > ${known} AND mid <= ${batch.request.mutations.at(-1)?.mid ?? 0} ORDER BY mid`);
  const outcomes = rows.map(({ outcome }) => outcome);
  await record(world, batch, outcomes.at(-1)?.mid ?? known, outcomes);
}

export async function record(world: World, batch: Batch, lastMid: number, outcomes: readonly Outcome[]): Promise<void> {
  const { request, receivedAt } = batch;
  const known = lastMidOf(world.model, request.writer);
  hold(lastMid >= known, `I1: the server is at ${lastMid} of a writer that it had taken to ${known}`);
  if (lastMid === known) return;
  const grants = batch.actor.grants ?? (await world.grantsOf(request.writer.deviceId));
  const byMid = new Map(outcomes.map((outcome) => [outcome.mid, outcome]));
  for (const mutation of request.mutations) {
    if (mutation.mid <= known || mutation.mid > lastMid) continue;
    const outcome = byMid.get(mutation.mid);
    hold(outcome !== undefined, `I1: ${mutation.mid} was run and not answered`);
    const authority = authorityAt(batch.actor, grants, mutation.grant, receivedAt);
    accept(world.model, world.findMutator, {
      writer: request.writer,
      mutation,
      outcome,
      receivedAt,
      sentAt: request.sentAt,
      authority,
      isPoison: isPoison(world, mutation, outcome, request.mutations),
    });
  }
  const now = lastMidOf(world.model, request.writer);
  hold(now === lastMid, `I1: the server says ${lastMid}, and of what was sent it can only be ${now}`);
}

/** Applied, it can only have been so that no row was made of it: a later one of its batch wrote over that. */
function isPoison(world: World, mutation: Mutation, outcome: Outcome, batch: readonly Mutation[]): boolean {
  if (!JSON.stringify(mutation.args).includes(POISON)) return false;
  const rowsOf = ({ name, args }: Mutation): RefKey[] => {
    const mutator = world.findMutator(name);
    return mutator === undefined ? [] : mutator.reads(mutator.args.parse(args)).map(refKey);
  };
  const rows = new Set(rowsOf(mutation));
  const isWrittenOver = batch.some((one) => one.mid > mutation.mid && rowsOf(one).some((key) => rows.has(key)));
  return outcome.status !== 'applied' || !isWrittenOver;
}
