/** Does what a device sends go on from what the server knows of it? */
import type { Tx } from '#server/db/db.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Mutation, PushRequest } from '#shared/sync/protocol.ts';
import { listOutcomes, type StoredOutcome, type WriterRow } from './writers.repo.ts';

/**
 * Is this the history that we know? What was sent before must be said again word for word, what is new must follow at
 * once. A copy of the device shows itself by another body under a known `mid`, or by a stale ticket on new mutations:
 * a lost reply also leaves a stale ticket, but then the sender repeats what it has no answer to.
 */
export async function checkHistory(
  tx: Tx,
  request: PushRequest,
  mutations: readonly Mutation[],
  writer: WriterRow,
): Promise<readonly StoredOutcome[]> {
  const [first] = mutations;
  if (first === undefined) return [];
  if (first.mid > writer.lastMid + 1) {
    throw new AppError('sync.gap', `expected ${writer.lastMid + 1}, got ${first.mid}`, {
      details: { expected: writer.lastMid + 1 },
    });
  }
  const repeated = mutations.filter(({ mid }) => mid <= writer.lastMid);
  const stored = repeated.length === 0 ? [] : await listOutcomes(tx, request.writer, first.mid, writer.lastMid);
  const known = new Map(stored.map((one) => [one.mid, one]));
  const stranger = repeated.findIndex(({ mid, h }) => known.get(mid)?.h !== h);
  const isStale = request.epoch !== undefined && writer.ticket !== null && request.ticket !== writer.ticket;
  if (stranger !== -1 || (repeated.length === 0 && isStale)) {
    const agreed = stranger === -1 ? [] : repeated.slice(0, stranger);
    throw new AppError('sync.writer_forked', 'another copy of this device has written here', {
      details: {
        agreedMid: agreed.at(-1)?.mid ?? first.mid - 1,
        outcomes: agreed.flatMap(({ mid }) => known.get(mid)?.outcome ?? []),
        ...forgottenFrom(repeated.slice(agreed.length), known),
      },
    });
  }
  return repeated.flatMap(({ mid }) => known.get(mid) ?? []);
}

/** What was done so long ago that its answer was let go is no sign of a copy: how far that goes. */
function forgottenFrom(
  repeated: readonly Mutation[],
  known: ReadonlyMap<number, StoredOutcome>,
): { readonly forgottenTo?: number } {
  const end = repeated.findIndex(({ mid }) => known.has(mid));
  const last = (end === -1 ? repeated : repeated.slice(0, end)).at(-1);
  return last === undefined ? {} : { forgottenTo: last.mid };
}
