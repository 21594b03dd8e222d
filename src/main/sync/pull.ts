/** Fetches what is new, page by page, and shows it when it is whole. */
import { AppError } from '#shared/kernel/errors.ts';
import { type Steps, toEnd } from '#shared/kernel/steps.ts';
import type { Backlog } from '#shared/sync/backlog.schema.ts';
import { type LetterRead, MAX_LETTER_READS, PROTOCOL, type PullReply, SCHEMA } from '#shared/sync/protocol.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { type Applied, type ApplyDeps, applyPull, FROM_START } from './apply.ts';
import type { ShowBeside } from './beside.ts';
import type { SyncHttp } from './http.ts';
import { layFirst } from './lay.ts';
import type { PreparedRow } from './prepare.ts';
import { isOfCopy, reflectedBy } from './reflected.ts';
import { slicesOf, stageRows, unstage } from './stage.ts';
import type { Cursor, SyncState } from './state.repo.ts';
import type { SyncStore } from './store.ts';
import type { StagedPull } from './sync.tables.ts';
import { leaveNoCopy } from './wipe.repo.ts';

export interface PullDeps extends ApplyDeps {
  readonly http: SyncHttp;
  /** Does long work on the rows in one transaction without holding anybody up. */
  readonly beside: ShowBeside;
  /** Told after the commit of what looks different now. */
  readonly onApplied: (changed: ReadonlySet<RefKey>) => void;
  /** What time it is there. Unix ms. */
  readonly heardServer: (at: number) => void;
  /** Told of each page of a first pull, and of its end: then every collection looks different. */
  readonly onHydrated: (isWhole: boolean) => void;
  /** Told after the commit that a scope was wiped: what was made of its rows goes too. Then the files are cleaned. */
  readonly onPurged: () => void;
  /** What headquarters is told of this device with each request. */
  readonly backlog: () => Backlog;
}

/** A pull that finds out that it must begin again does so this often, then leaves it to the next. */
const MAX_STARTS = 4;

/** Throws what `SyncHttp` throws; what was fetched so far is kept, and the next call goes on from there. */
export async function pullAll(deps: PullDeps): Promise<void> {
  for (let start = 1; start <= MAX_STARTS; start += 1) {
    if (await pullOnce(deps)) return;
  }
  throw new AppError('app.unavailable', 'the server changed under the pull; it will be tried again');
}

/** A page that was asked for, and how this device stood then. */
interface Asked {
  readonly state: SyncState;
  readonly madeMid: number;
  readonly cursors: ReadonlyMap<Scope, Cursor>;
  readonly reads: readonly LetterRead[];
  readonly reply: Promise<PullReply>;
}

function ask(deps: PullDeps, state: SyncState, cursors: ReadonlyMap<Scope, Cursor>): Asked {
  const sent = state.staged?.next ?? Object.fromEntries(Array.from(cursors, ([scope, { ver }]) => [scope, ver]));
  // Of this moment: a pull of many pages takes long enough for a sale.
  const madeMid = (deps.store.state.find() ?? state).nextMid - 1;
  const reads = deps.store.letters.listUntold(MAX_LETTER_READS);
  const reply = deps.http.pull({
    proto: PROTOCOL,
    schema: SCHEMA,
    writer: { deviceId: state.deviceId, incarnation: state.incarnation },
    madeMid,
    cursors: { ...sent },
    ...(state.staged === null ? {} : { started: { ...state.staged.started } }),
    ...(state.epoch === null ? {} : { epoch: state.epoch }),
    ...(state.grantsVer === null ? {} : { grantsVer: state.grantsVer }),
    backlog: deps.backlog(),
    ...(reads.length === 0 ? {} : { reads }),
  });
  // Whoever waits for it hears of its failure.
  reply.catch(() => undefined);
  return { state, madeMid, cursors, reads, reply };
}

/** True when the device is up to date; false when what it knew was no longer good and it has to ask anew. */
async function pullOnce(deps: PullDeps): Promise<boolean> {
  const { store } = deps;
  const askAnew = () => ask(deps, store.transaction(() => store.standing()).state, store.state.listCursors());
  for (let asked = askAnew(); ; ) {
    const { state, cursors } = asked;
    const reply = await asked.reply;
    deps.heardServer(reply.serverNow);
    if (asked.reads.length > 0) store.transaction(() => store.letters.markTold(asked.reads));
    if (isUpToDate(store, asked, reply)) return true;
    if ((state.epoch !== null && state.epoch !== reply.epoch) || reply.forks !== undefined) {
      store.transaction(() => fallBack(deps, asked, reply));
      return false;
    }
    if (reply.complete) return finish(deps, asked, reply);
    if (reply.rows.length === 0) throw new AppError('app.unavailable', 'the server sent an empty page');
    const staged = stagedAfter(deps, asked, reply);
    // The next page is on its way while this one is put down.
    const next = ask(deps, { ...state, epoch: reply.epoch, staged }, cursors);
    const isKept = staged.hydrating
      ? await hydrate(deps, state, reply, staged)
      : await stage(deps, state, reply, staged);
    if (!isKept) await next.reply.catch(() => undefined);
    asked = isKept ? next : askAnew();
  }
}

/** Nothing came, nothing of ours arrived, and both sides hold the same: then nothing is written. */
function isUpToDate(store: SyncStore, { state, madeMid, cursors }: Asked, reply: PullReply): boolean {
  return (
    reply.complete &&
    reply.rows.length === 0 &&
    state.staged === null &&
    state.epoch === reply.epoch &&
    state.reflectedMid === reflectedBy(store, madeMid, state, reply) &&
    state.grantsVer === reply.grantsVer &&
    cursors.size === reply.grants.length &&
    reply.grants.every((scope) => {
      const cursor = cursors.get(scope);
      return cursor?.ver === reply.next[scope] && cursor?.digest === reply.digests[scope];
    })
  );
}

/** True while nobody else (an enrolment, a rekey, another timeline) has moved the ground since the request was sent. */
function isStillOurs({ store }: PullDeps, sent: SyncState): boolean {
  const now = store.state.find();
  return now?.deviceId === sent.deviceId && now.incarnation === sent.incarnation && now.epoch === sent.epoch;
}

/** Puts a page aside, slice by slice; how far the pull has come is written with the last of them. */
async function stage(deps: PullDeps, sent: SyncState, reply: PullReply, staged: StagedPull): Promise<boolean> {
  const { store } = deps;
  let isFirst = sent.staged === null;
  for await (const { rows, isLast } of slicesOf(store, reply)) {
    const isKept = store.transactionAtEase(() => {
      const state = store.state.find();
      if (state === undefined || !isStillOurs(deps, sent)) return false;
      // What a pull left that was never noted is no part of this one.
      if (isFirst) store.state.clearStage();
      stageRows(store, rows);
      if (isLast) store.state.save({ ...state, epoch: reply.epoch, staged });
      return true;
    });
    if (!isKept) return false;
    isFirst = false;
  }
  return true;
}

/** How far the pull is when this page of it, not the last, has been put down. */
function stagedAfter({ store }: PullDeps, asked: Asked, reply: PullReply): StagedPull {
  const { state, cursors } = asked;
  const started = state.staged?.started ?? startedAt(cursors, reply);
  const isFirst = state.staged === null ? cursors.size === 0 : state.staged.hydrating === true;
  // A change of ours over a row needs the whole: from here on pages are staged.
  const hydrating = isFirst && !store.replica.hasBase();
  return { next: reply.next, started, ...(hydrating ? { hydrating } : {}) };
}

/** The heads of the scopes that this pull reads from their start, as they are with its first page. */
const startedAt = (cursors: ReadonlyMap<Scope, Cursor>, { heads }: PullReply): Record<Scope, number> =>
  Object.fromEntries(Object.entries(heads).filter(([scope]) => (cursors.get(scope)?.ver ?? 0) === 0));

/**
 * Shows a page of a device's first pull at once, slice by slice with its cursors, so that a till that is being filled goes
 * on answering. Nobody has seen these scopes whole yet, and the screens are told.
 */
async function hydrate(deps: PullDeps, sent: SyncState, reply: PullReply, staged: StagedPull): Promise<boolean> {
  const { store } = deps;
  for await (const { rows, isLast } of slicesOf(undefined, reply)) {
    const isKept = store.transactionAtEase(() => {
      const state = store.state.find();
      if (state === undefined || !isStillOurs(deps, sent) || store.replica.hasBase()) return false;
      layFirst(deps, rows, reply, isLast ? reply.next : {});
      store.state.save({ ...state, epoch: reply.epoch, staged: isLast ? staged : state.staged });
      return true;
    });
    if (!isKept) return false;
    // The first slice may have told the epoch.
    sent = { ...sent, epoch: reply.epoch };
  }
  deps.onHydrated(false);
  return true;
}

async function finish(deps: PullDeps, asked: Asked, reply: PullReply): Promise<boolean> {
  const { store } = deps;
  const { state: sent } = asked;
  const last: PreparedRow[] = [];
  for await (const { rows } of slicesOf(store, reply)) last.push(...rows);
  const show = (own: SyncStore) => showing({ ...deps, store: own }, asked, { reply, last });
  // Long: a till must not stand still meanwhile.
  const applied =
    sent.staged !== null && mayShowBeside(deps, reply)
      ? await deps.beside(show)
      : store.transaction(() => toEnd(show(store)));
  if (applied === undefined) return false;
  if (applied.purged.length > 0) {
    deps.onPurged();
    leaveNoCopy(store.db);
  }
  if (sent.staged !== null && sent.grantsVer === null) deps.onHydrated(true);
  else deps.onApplied(applied.changed);
  return applied.refetch.length === 0;
}

/** Inside a transaction of the store. Undefined when the ground has moved: then nothing is written. */
function* showing(
  deps: PullDeps,
  { state: sent, madeMid }: Asked,
  { reply, last }: { readonly reply: PullReply; readonly last: readonly PreparedRow[] },
): Steps<Applied | undefined> {
  const { store } = deps;
  const { identity, state } = store.standing();
  // The first reply of all also tells the epoch, and a push may have learnt it a moment before.
  const isOurs = isStillOurs(deps, sent) || (sent.epoch === null && state.epoch === reply.epoch);
  if (!isOurs || state.incarnation !== sent.incarnation) return undefined;
  const reflectedMid = reflectedBy(store, madeMid, state, reply);
  if (reflectedMid === undefined) return undefined;
  const rows = state.staged === null ? last : unstage(store, last);
  return yield* applyPull(deps, identity, state, { rows, reply, reflectedMid });
}

/** What moves this device, or takes a scope from it, writes more than rows, and is done by the one connection of all. */
function mayShowBeside({ store }: PullDeps, reply: PullReply): boolean {
  const { identity } = store.transaction(() => store.standing());
  return (
    reply.shopId === identity.shopId && [...store.state.listCursors().keys()].every((s) => reply.grants.includes(s))
  );
}

/**
 * The server was restored from a backup, or has forgotten tombstones that this device needs: scopes past the fork are
 * read again from their start, and what the server no longer knows of ours is sent again.
 */
function fallBack(deps: PullDeps, { state: sent, madeMid, cursors }: Asked, reply: PullReply): void {
  const { store, log } = deps;
  const state = store.state.find();
  if (state === undefined || !isStillOurs(deps, sent)) return;
  const reset: Scope[] = [];
  for (const [scope, { ver }] of cursors) {
    // On another timeline a scope that has no fork shares nothing with what we hold.
    const fork = reply.forks?.[scope] ?? (reply.epoch === sent.epoch ? ver : 0);
    if (ver <= fork) continue;
    store.state.setCursor(scope, FROM_START);
    reset.push(scope);
  }
  store.state.clearStage();
  if (reply.epoch === state.epoch) {
    store.state.save({ ...state, staged: null });
  } else {
    // A copy was there first: what it made under our numbers is not ours, and the next push tells from where on.
    const known = isOfCopy(store, madeMid, reply) ? 0 : reply.lastMid;
    store.outbox.reopenAfter(known);
    store.letters.withdrawAfter(known);
    store.reopenFormer();
    store.state.save({
      ...state,
      epoch: reply.epoch,
      ticket: null,
      durableMid: Math.min(state.durableMid, reply.durableMid),
      staged: null,
    });
  }
  log.warn('the server is on another timeline; what it no longer has is sent again', {
    epoch: reply.epoch,
    lastMid: reply.lastMid,
    reset,
  });
}
