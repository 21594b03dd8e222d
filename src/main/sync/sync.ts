/**
 * The device's half of sync. Domains make changes through `mutate`; two loops carry them to the server and bring back
 * everybody else's; hints over the live link only make the loops run sooner.
 */

import type { Core, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import { AppError, type ErrorCode } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { COLLECTIONS, SyncStatus } from '#shared/rpc/device.contract.ts';
import type { EntityType } from '#shared/sync/entities.ts';
import { parseRefKey, type RefKey } from '#shared/sync/refs.ts';
import { findMutator as registered } from '#shared/sync/registry.ts';
import type { MutatorLookup } from '#shared/sync/replay.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { createShowBeside } from './beside.ts';
import { createEcho, type Heads } from './echo.ts';
import { settleForeign } from './foreign.ts';
import { resendFormer } from './former.ts';
import { createSyncHttp, type SyncHttp } from './http.ts';
import { leaveDevice } from './leave.ts';
import { createLiveLink, type LiveHints, type LiveLink } from './live.ts';
import { mutate } from './outbox.ts';
import { type PullDeps, pullAll } from './pull.ts';
import { type PushDeps, pushAll } from './push.ts';
import { createQuiet } from './quiet.ts';
import { createEviction, forgetAnswered } from './retention.ts';
import { createServerClock } from './server-clock.ts';
import { createSkew } from './skew.ts';
import { createSyncStore, type SyncIdentity, type SyncStore } from './store.ts';
import type { SyncPort } from './sync.port.ts';
import type { KeepUnsent } from './unsent-file.ts';
import { leaveNoCopy } from './wipe.repo.ts';

export interface SyncOptions {
  readonly mode: Mode;
  /** Undefined until the device is enrolled. Read at every use: an enrolment needs no restart. */
  readonly identity: () => SyncIdentity | undefined;
  readonly serverUrl: () => string | undefined;
  readonly token: () => Promise<string | undefined>;
  /** The server has a fiscal task for this device's register. */
  readonly onTaskNext?: () => void;
  readonly onPayment?: (() => void) | undefined;
  /** Headquarters may want something of this device. */
  readonly onCommand?: (() => void) | undefined;
  /** A phone wants something of the currency desk here, or may have while there was no line. */
  readonly onExchange?: (() => void) | undefined;
  /** In [0, 1): spreads a shop's devices over time. */
  readonly random: () => number;
  /** This device stands in another shop now: called in the transaction that takes the old one's rows away. */
  readonly moveTo?: (shopId: string) => void;
  /** Where changes go that the server would not take and this device may not keep. */
  readonly keepUnsent?: KeepUnsent;
  /**
   * Rows were taken away, in this transaction: what they alone referred to is to go. `other`: all of it was another
   * device's, and nothing of it may reach the server of this one.
   */
  readonly onPurging?: (whose: 'own' | 'other') => void;
  /** A scope was wiped: what was made of its rows (search indexes) goes too. */
  readonly onPurged?: () => void;
  /** How many files are only here, for headquarters to be told. */
  readonly waitingFiles?: () => number;
  /** Tests and benchmarks bring their own. */
  readonly http?: SyncHttp;
  readonly createLive?: ((hints: LiveHints) => LiveLink) | undefined;
  readonly findMutator?: MutatorLookup;
  /** Mutations in the first push of a drain. */
  readonly firstBatch?: number | undefined;
}

export interface Sync extends SyncPort {
  /** The server's time as far as this device knows it, with no line too. Unix ms. */
  readonly serverTime: () => number;
  status(): SyncStatus;
  /** `push` and `pull`, to be started with the device's other loops. */
  readonly loops: { readonly push: Loop; readonly pull: Loop };
  /** After an enrolment, or a change of server: looks at the identity anew and goes to work at once. */
  reconnect(): void;
  /** Stops the loops and lets go of the server. */
  stop(): Promise<void>;
}

/** How long an idle device waits between pulls. Hints make it sooner. */
export const PULL_INTERVAL_MS = 30_000;
/** How often the outbox is looked at when nobody said that something was put in it. A local read. */
const PUSH_INTERVAL_MS = 1000;
const MAX_BACKOFF_MS = 5 * 60_000;
/** Well below the most that counted time counts at a step. */
const PRUNE_INTERVAL_MS = 6 * 3_600_000;
const REFETCH_INTERVAL_MS = 3_600_000;
/** Above this a screen is told to read the whole collection again. */
const MAX_CHANGED_IDS = 200;

const COLLECTION_OF: Readonly<Record<EntityType, (typeof COLLECTIONS)[number]>> = {
  shop: 'device',
  staff: 'staff',
  catalogue_item: 'catalogue',
  visit: 'visits',
  report: 'reports',
  order: 'orders',
  payment: 'payments',
  refund: 'payments',
  fiscal_record: 'fiscal',
  shift_report: 'fiscal',
  kiosk: 'kiosk',
  kiosk_error: 'kiosk',
  free_code: 'kiosk',
  kiosk_ledger: 'kiosk',
  client: 'clients',
  passport: 'clients',
  passport_reveal: 'clients',
  appliance: 'clients',
  tariff: 'clients',
  contract: 'contracts',
  invoice: 'contracts',
  support_message: 'contracts',
  field_conflict: 'clients',
};

type LinkState = Exclude<SyncStatus['state'], 'not_enrolled'>;

export function createSync(core: Core, options: SyncOptions): Sync {
  const { db, now } = core;
  const log = core.log.child({ domain: 'sync' });
  const findMutator = options.findMutator ?? registered;
  /** The data of another device was thrown away; the files are still to be cleaned of it. */
  let isDirty = false;
  const keepUnsent: KeepUnsent = (changes) => options.keepUnsent?.(changes);
  const store = createSyncStore(db, options.identity, (own, before) => {
    leaveDevice({ store: own, log, keepUnsent }, before);
    options.onPurging?.('other');
    isDirty = true;
  });
  settleForeign(store, log);
  const quiet = createQuiet();
  const storeOn = (own: SyncStore['db']) =>
    createSyncStore(own, options.identity, () => {
      throw new AppError('app.unavailable', 'this device became another one meanwhile');
    });
  const serverClock = createServerClock(db, now);
  const skew = createSkew({
    now,
    log,
    heard: serverClock.hear,
    changed: () => {
      core.changes.emit({ collection: 'device', ids: [] });
      tellBacklog();
    },
  });
  const http = skew.measure(options.http ?? createSyncHttp(options));
  // A device that was turned away stays so over a restart, and while nobody answers who could say otherwise.
  const revokedAt = () => store.state.find()?.revokedAt ?? undefined;
  let link: { readonly state: LinkState; readonly since: number } = linkAtStart(revokedAt(), now());
  let lastPullAt: number | undefined;
  let lastExchangeAt: number | undefined;
  let fault: ErrorCode | undefined;
  let prunedAt: number | undefined;
  /** A push under way may pull, and needs no waking. */
  /** Since when a push is under way. */
  let pushingSince: number | undefined;
  /** A pull has given way to it. */
  let hasGivenWay = false;
  let isPullNeeded = false;
  let isStopped = false;
  let serverNow: number | undefined;
  const refetchedAt = new Map<Scope, number>();

  const setLink = (heard: LinkState) => {
    const state = heard === 'offline' && link.state === 'revoked' ? 'revoked' : heard;
    if (state === link.state) return;
    if (state === 'revoked' || link.state === 'revoked') rememberRevoked(state === 'revoked');
    log.info('the link with the server changed', { from: link.state, to: state });
    link = { state, since: now() };
    core.changes.emit({ collection: 'device', ids: [] });
    tellBacklog();
  };
  const rememberRevoked = (isRevoked: boolean) =>
    store.transaction(() => {
      const state = store.state.find();
      if (state !== undefined) store.state.save({ ...state, revokedAt: isRevoked ? now() : null });
    });
  /** What waits, or why, is another: the badge reads it anew. */
  const tellBacklog = () => core.changes.emit({ collection: 'sync', ids: [] });
  const setFault = (code: ErrorCode | undefined) => {
    if (code === fault) return;
    fault = code;
    tellBacklog();
  };

  /** Runs an exchange and remembers what it says of the link. */
  const exchange = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      const result = await run();
      lastExchangeAt = now();
      setFault(undefined);
      setLink('online');
      return result;
    } catch (error) {
      setFault(error instanceof AppError ? error.code : 'app.internal');
      setLink(linkAfter(error));
      throw error;
    }
  };

  const pullDeps: PullDeps = {
    store,
    http,
    beside: createShowBeside({ store, storeOn, quiet, log }),
    log,
    findMutator,
    onApplied: (changed) => emitChanges(changed),
    onHydrated: (isWhole) => {
      const all = isWhole ? new Set(Object.values(COLLECTION_OF)) : [];
      for (const collection of all) core.changes.emit({ collection, ids: [] });
      tellBacklog();
    },
    moveTo: (shopId) => options.moveTo?.(shopId),
    onPurging: () => options.onPurging?.('own'),
    keepUnsent,
    onPurged: () => options.onPurged?.(),
    heardServer: (at) => {
      serverNow = at;
    },
    backlog: () => {
      const oldestAt = store.outbox.oldestPendingAt();
      return {
        pending: store.outbox.countPending(),
        refused: store.letters.countUnread(),
        ...ifKnown('blobs', options.waitingFiles?.()),
        ...(oldestAt === undefined ? {} : { oldestAt }),
      };
    },
    mayRefetch: (scope) => {
      const before = refetchedAt.get(scope);
      // A clock that was put back must not forbid it for as long.
      if (before !== undefined && Math.abs(now() - before) < REFETCH_INTERVAL_MS) return false;
      refetchedAt.set(scope, now());
      return true;
    },
  };

  const emitChanges = (changed: ReadonlySet<RefKey>) => {
    const byCollection = new Map<(typeof COLLECTIONS)[number], string[]>();
    for (const key of changed) {
      const ref = parseRefKey(key);
      if (ref === undefined) continue;
      const collection = COLLECTION_OF[ref.type];
      const ids = byCollection.get(collection);
      if (ids === undefined) byCollection.set(collection, [ref.id]);
      else ids.push(ref.id);
    }
    for (const [collection, ids] of byCollection) {
      core.changes.emit({ collection, ids: ids.length > MAX_CHANGED_IDS ? [] : ids });
    }
  };

  const pull = createLoop({
    name: 'sync-pull',
    intervalMs: PULL_INTERVAL_MS,
    jitter: 0.2,
    retryMs: 1000,
    maxBackoffMs: MAX_BACKOFF_MS,
    random: options.random,
    log,
    run: async () => {
      if (options.identity() === undefined) return;
      // A shop that comes back tells what it did first: what all of it did is then fetched once, and not as it grows.
      if (pushingSince !== undefined && !isPullNeeded && Math.abs(now() - pushingSince) < PULL_INTERVAL_MS) {
        hasGivenWay = true;
        return;
      }
      isPullNeeded = false;
      await followLive();
      const wasOnline = link.state === 'online';
      await exchange(() => pullAll(pullDeps));
      lastPullAt = now();
      // A push that found nobody waits longer each time; who was found again need not be waited for.
      if (pushingSince === undefined && (store.former.hasReopened() || (!wasOnline && store.outbox.hasPending())))
        push.wake();
      if (isDirty) {
        isDirty = false;
        options.onPurged?.();
        leaveNoCopy(db);
      }
    },
  });

  const echo = createEcho(pull, options.random);

  const pushDeps: PushDeps = {
    store,
    http: { ...http, push: (...given) => quiet.after(() => http.push(...given)) },
    now,
    newId: core.newId,
    firstBatch: options.firstBatch,
    log,
    pull: () => {
      isPullNeeded = true;
      return pull.tick();
    },
    resendFormer: () =>
      resendFormer({
        store,
        http,
        now,
        newId: core.newId,
        log,
        findMutator,
        onApplied: (changed) => emitChanges(changed),
      }),
  };
  const push = createLoop({
    name: 'sync-push',
    intervalMs: PUSH_INTERVAL_MS,
    retryMs: 1000,
    maxBackoffMs: MAX_BACKOFF_MS,
    random: options.random,
    log,
    run: async () => {
      if (options.identity() === undefined) return;
      if (store.outbox.hasPending() || store.former.hasReopened()) {
        pushingSince = now();
        let pushed: Heads | undefined;
        try {
          await quiet.over();
          pushed = await echo.during(() => exchange(() => pushAll(pushDeps)));
        } finally {
          pushingSince = undefined;
          // After a push that got through the echo sees to it.
          if (hasGivenWay && pushed === undefined) pull.wake();
          hasGivenWay = false;
        }
        if (pushed !== undefined) tellBacklog();
      }
      await prune();
    },
  });

  const evict = createEviction({
    store,
    onEvicted: (gone) => emitChanges(new Set(gone)),
    isOver: () => isStopped,
    log,
  });
  const prune = async () => {
    const heard = serverNow;
    // Either way: after a clock was put back there is something to be counted as well.
    if (heard === undefined || (prunedAt !== undefined && Math.abs(heard - prunedAt) < PRUNE_INTERVAL_MS)) return;
    prunedAt = heard;
    const countedMs = store.transaction(() => forgetAnswered(store, heard));
    if (countedMs !== undefined) await evict(countedMs);
  };

  const hints: LiveHints = {
    onConnect: () => {
      push.wake();
      pull.wake();
      options.onCommand?.();
      options.onExchange?.();
    },
    onPoke: ({ scope, head, epoch }) => {
      const isKnown = store.state.find()?.epoch === epoch && (store.state.listCursors().get(scope)?.ver ?? 0) >= head;
      if (!isKnown) echo.heard(scope, head);
    },
    onTaskNext: () => options.onTaskNext?.(),
    onPayment: () => options.onPayment?.(),
    onCommand: () => options.onCommand?.(),
    onExchange: () => options.onExchange?.(),
  };
  const live = options.createLive?.(hints) ?? createLiveLink(hints, log);

  const followLive = async () => {
    const serverUrl = options.serverUrl();
    const token = await options.token();
    live.follow(serverUrl === undefined || token === undefined ? undefined : { serverUrl, token });
  };

  return {
    mutate: (_tx, name, args) => mutate({ store, mode: options.mode, now, findMutator }, name, args),
    writer: () => {
      const known = options.identity();
      if (known === undefined) throw new AppError('device.not_enrolled', 'this device has not been enrolled');
      return { organizationId: known.organizationId, shopId: known.shopId, deviceId: known.deviceId };
    },
    lostEdits: store.lost,
    refusals: {
      list: (code) => store.letters.listRefused(code),
      settle: (key, by) => void store.letters.markRead(key, by),
    },
    serverTime: serverClock.now,
    wake: () => {
      push.wake();
      tellBacklog();
    },
    status: () => ({
      state: options.identity() === undefined ? 'not_enrolled' : link.state,
      since: link.since,
      unsent: store.outbox.countPending(),
      refused: store.letters.countUnread(),
      ...ifKnown('oldestUnsentAt', store.outbox.oldestPendingAt()),
      ...ifKnown('lastExchangeAt', lastExchangeAt),
      ...ifKnown('fault', options.identity() === undefined ? undefined : fault),
      ...ifKnown('clockSkewMs', skew.warning()),
      ...ifKnown('lastPullAt', lastPullAt),
      ...ifKnown('hydrating', store.state.find()?.staged?.hydrating),
    }),
    loops: { push, pull },
    reconnect: () => {
      if (link.state === 'revoked') {
        rememberRevoked(false);
        link = linkAtStart(undefined, now());
      }
      push.wake();
      pull.wake();
    },
    stop: async () => {
      isStopped = true;
      live.close();
      echo.close();
      await Promise.all([push.stop(), pull.stop()]);
    },
  };
}

/** A member that is only there when it is known. */
const ifKnown = <K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };

const linkAtStart = (revokedAt: number | undefined, now: number) =>
  revokedAt === undefined
    ? ({ state: 'offline', since: now } as const)
    : ({ state: 'revoked', since: revokedAt } as const);

const REVOKED: ReadonlySet<ErrorCode> = new Set(['auth.unauthorized', 'auth.forbidden', 'device.revoked']);

/** What a failed exchange says of the link. */
function linkAfter(error: unknown): LinkState {
  if (!(error instanceof AppError)) return 'offline';
  if (REVOKED.has(error.code)) return 'revoked';
  return error.code === 'sync.upgrade_required' ? 'upgrade_required' : 'offline';
}
