/**
 * Sends again what this device had answers to under earlier names, after the server was put back to before them. In order
 * and before anything of today, which may build on it.
 */
import { sha256 } from '#node/sha256.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { toEnd } from '#shared/kernel/steps.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import { MAX_PUSH_MUTATIONS, PROTOCOL, SCHEMA } from '#shared/sync/protocol.ts';
import { parseRefKey, type RefKey } from '#shared/sync/refs.ts';
import type { Heads } from './echo.ts';
import type { SyncHttp } from './http.ts';
import type { OutboxRow } from './outbox.repo.ts';
import { Expected, Forked, nextBatch, wireText } from './push.ts';
import { type ShowDeps, showAgain } from './show-again.ts';

export interface FormerDeps extends ShowDeps {
  readonly http: Pick<SyncHttp, 'push'>;
  readonly now: () => number;
  readonly newId: NewId;
  /** Told after the commit of what looks different now. */
  readonly onApplied: (changed: ReadonlySet<RefKey>) => void;
}

/** Resolves to how far the scopes it changed have come. Throws what `SyncHttp` throws; the next call goes on from there. */
export async function resendFormer(deps: FormerDeps): Promise<Heads> {
  const { store } = deps;
  let heads: Heads = {};
  /** What gets through on the way. */
  let most = MAX_PUSH_MUTATIONS;
  for (;;) {
    const incarnation = store.former.firstReopened();
    const deviceId = store.state.find()?.deviceId;
    if (incarnation === undefined || deviceId === undefined) return heads;
    const batch = nextBatch(store.former.listReopened(incarnation, 0, most));
    try {
      heads = { ...heads, ...(await resend(deps, { deviceId, incarnation }, batch)) };
    } catch (error) {
      if (error instanceof AppError && error.code === 'app.too_large' && batch.length > 1) {
        most = Math.ceil(batch.length / 2);
      } else if (!(error instanceof AppError) || !settle(deps, incarnation, batch, error)) {
        throw error;
      }
    }
  }
}

async function resend(
  { store, http, now, newId }: FormerDeps,
  writer: { readonly deviceId: string; readonly incarnation: number },
  batch: readonly OutboxRow[],
): Promise<Heads> {
  // Without an epoch and a ticket: both were given to another name.
  const envelope = { proto: PROTOCOL, schema: SCHEMA, writer, sentAt: now(), nextTicket: newId() };
  const answeredMid = (batch[0]?.mid ?? 1) - 1;
  const reply = await http.push({ ...envelope, answeredMid }, batch.map(wireText));
  if (reply.outcomes.length === 0) throw new AppError('app.unavailable', 'the server answered none of the changes');
  store.transaction(() => {
    for (const outcome of reply.outcomes) store.letters.keepFormer(writer.incarnation, outcome, now());
    store.former.settle(writer.incarnation, reply.outcomes.at(-1)?.mid ?? 0);
  });
  return reply.heads;
}

/** Does what a refusal says of the history. False: it says nothing of it. */
function settle(deps: FormerDeps, incarnation: number, batch: readonly OutboxRow[], error: AppError): boolean {
  const { store, log, now } = deps;
  if (error.code === 'sync.gap') {
    const { expected } = Expected.parse(error.details);
    // What it misses is no longer here: under this name nothing that follows can be told any more.
    const changed = store.transaction(() => {
      store.former.settle(incarnation, expected - 1);
      const isHere = store.former.listReopened(incarnation, expected, 1)[0]?.mid === expected;
      return isHere ? undefined : tellAnew(deps, incarnation);
    });
    if (changed !== undefined) deps.onApplied(changed);
    return true;
  }
  if (error.code === 'sync.writer_forked') {
    const { agreedMid, outcomes, forgottenTo } = Forked.parse(error.details);
    const first = batch[0]?.mid ?? 0;
    const changed = store.transaction(() => {
      for (const outcome of outcomes) store.letters.keepFormer(incarnation, outcome, now());
      if (agreedMid >= first || forgottenTo !== undefined) {
        store.former.settle(incarnation, Math.max(agreedMid, forgottenTo ?? 0));
        if (forgottenTo !== undefined) return undefined;
      }
      return tellAnew(deps, incarnation);
    });
    if (changed !== undefined) deps.onApplied(changed);
    log.warn('a copy of this device has written under a name it had', { incarnation, agreedMid });
    return true;
  }
  return false;
}

/** What the server has not, and cannot be told under the old name, is told under the present one. Inside a transaction. */
function tellAnew(deps: FormerDeps, incarnation: number): ReadonlySet<RefKey> {
  const { store, log } = deps;
  const { identity, state } = store.standing();
  const touched = new Set<RefKey>();
  let { nextMid } = state;
  for (const row of store.former.listReopened(incarnation, 0, Number.MAX_SAFE_INTEGER)) {
    const { name, schema, hlc } = row;
    const grant = row.grant ?? undefined;
    const stamped = { mid: nextMid, name, args: JSON.parse(row.args) as unknown, schema, hlc, grant };
    store.outbox.insert({ ...row, mid: nextMid, h: mutationHash(sha256, stamped) });
    store.former.remove({ incarnation, mid: row.mid });
    for (const key of JSON.parse(row.touches) as RefKey[]) if (parseRefKey(key) !== undefined) touched.add(key);
    nextMid += 1;
  }
  store.state.moveOn(nextMid, state.hlc);
  log.warn('changes of an earlier incarnation are told anew', { incarnation, from: state.nextMid, to: nextMid - 1 });
  const reflected = { ...state, reflectedMid: Math.max(state.reflectedMid, 0) };
  return new Set(toEnd(showAgain(deps, identity, reflected, reflected.reflectedMid, touched)));
}
