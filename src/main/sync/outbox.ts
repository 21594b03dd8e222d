/** A change made here: checked as the server will check it, shown at once, and put in line to be sent. */

import { sha256 } from '#node/sha256.ts';
import { decodeHlc, encodeHlc, tick } from '#shared/kernel/clock.ts';
import { AppError, toIssues } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { MAX_MUTATION_BYTES, SCHEMA } from '#shared/sync/protocol.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import { declaredRows, effectOf, type MutatorLookup } from '#shared/sync/replay.ts';
import type { Writer } from '#shared/sync/scopes.ts';
import { isStorable } from '#shared/sync/storable.ts';
import type { ReplicaRow } from './replica.repo.ts';
import type { SyncStore } from './store.ts';

export interface OutboxDeps {
  readonly store: SyncStore;
  readonly mode: Mode;
  readonly now: () => number;
  readonly findMutator: MutatorLookup;
}

/**
 * Runs in the caller's transaction: a rollback takes back the rows, the number and the stamp.
 *
 * @throws AppError what the mutator refuses with, `app.bad_input`, `app.too_large`, `auth.forbidden` (not for this mode),
 * `device.not_enrolled`.
 */
export function mutate(deps: OutboxDeps, name: string, given: unknown): void {
  const { store } = deps;
  if (!store.db.$client.inTransaction) throw new Error('a mutation belongs in a transaction');
  const { identity, state } = store.standing();
  const { mutator, args, text } = readArgs(deps, name, given);

  const refs = mutator.reads(args);
  const rows = new Map<RefKey, ReplicaRow | undefined>(refs.map((ref) => [refKey(ref), store.replica.find(ref)]));
  const hlc = tick(decodeHlc(state.hlc), deps.now());
  const writer: Writer = {
    organizationId: identity.organizationId,
    shopId: identity.shopId,
    deviceId: identity.deviceId,
  };
  const find = (key: RefKey) => parseFields(rows.get(key));
  const decision = mutator.decide(args, declaredRows(mutator.name, refs, find), { writer, at: hlc.ms });
  if (decision.kind === 'reject') throw new AppError(decision.code, decision.message);

  const base = Object.fromEntries(Array.from(rows, ([key, row]) => [key, row?.ver ?? 0]));
  const shown = effectOf(mutator, decision, (key) => {
    const fields = find(key);
    return fields && { scope: rows.get(key)?.scope ?? '', fields };
  });
  for (const put of shown) show(store, put, rows.get(refKey(put)));
  const grant = state.grantsVer ?? undefined;
  const stamped = { mid: state.nextMid, name, args, schema: SCHEMA, hlc: encodeHlc(hlc), grant };
  store.outbox.insert({
    ...stamped,
    args: text,
    grant: state.grantsVer,
    h: mutationHash(sha256, stamped),
    base: JSON.stringify(base),
    touches: JSON.stringify([...new Set([...rows.keys(), ...shown.map(refKey)])]),
    createdAt: deps.now(),
  });
  store.state.moveOn(state.nextMid + 1, stamped.hlc);
}

/** What the server would refuse in its form is refused before it is stored: nothing unsendable enters the outbox. */
function readArgs({ findMutator, mode }: OutboxDeps, name: string, given: unknown) {
  const mutator = findMutator(name);
  if (mutator === undefined) throw new AppError('sync.unknown_mutation', `no mutation is called ${name}`);
  if (!mutator.modes.includes(mode)) throw new AppError('auth.forbidden', `${name} is not for a ${mode}`);
  const parsed = mutator.args.safeParse(given);
  if (!parsed.success) {
    throw new AppError('app.bad_input', `${name} cannot be made of this`, {
      details: { issues: toIssues(parsed.error.issues) },
    });
  }
  const text = JSON.stringify(parsed.data);
  if (Buffer.byteLength(text) > MAX_MUTATION_BYTES) {
    throw new AppError('app.too_large', `${name} takes at most ${MAX_MUTATION_BYTES} bytes`);
  }
  // JSON writes what cannot be stored as an escape: without one there is nothing to look for.
  if (text.includes('\\u') && !isStorable(parsed.data))
    throw new AppError('app.bad_input', 'a text holds NUL or half a character');
  // What is stored, hashed and sent is the JSON: members that JSON drops were never there.
  return { mutator, args: JSON.parse(text) as unknown, text };
}

/** Puts a row on show over the server's state of it, which is kept from the first change on. */
function show(store: SyncStore, put: RowPut, was: ReplicaRow | undefined): void {
  const key = refKey(put);
  const under = { scope: was?.scope ?? put.scope, ver: was?.ver ?? 0, fields: was?.fields ?? null };
  const known = store.replica.addBase(key, under) ? undefined : store.replica.findBase(key);
  if (put.fields === null) {
    store.replica.remove(put);
    return;
  }
  const ver = known?.ver ?? was?.ver ?? 0;
  store.replica.put(put, { scope: put.scope, ver, fields: JSON.stringify(put.fields) }, 0);
}

const parseFields = (row: ReplicaRow | undefined): Readonly<Record<string, unknown>> | undefined =>
  row === undefined ? undefined : (JSON.parse(row.fields) as Record<string, unknown>);
