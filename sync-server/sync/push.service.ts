/**
 * `POST /sync/push`: runs each mutation of a writer exactly once, in order of `mid`, and answers all of them. A batch is
 * one transaction: lock the writer, read every row the batch touches, decide in memory, write the final rows.
 */

import type { Db, Tx } from '#server/db/db.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { Anomaly, EntityRef } from '#shared/sync/mutator.ts';
import type { Mutation, Outcome, PushReply, PushRequest, WriterKey } from '#shared/sync/protocol.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import { findMutator as registered } from '#shared/sync/registry.ts';
import type { MutatorLookup } from '#shared/sync/replay.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { Upcasters } from '#shared/sync/upcast.ts';
import { isOutage } from './db-faults.ts';
import { insertDeadLetters } from './dead-letters.repo.ts';
import { deadLettersOf, isTrouble } from './dead-letters.rules.ts';
import type { AcceptedBatch, Durability } from './durability.ts';
import type { KnownRow, RowHistory, RowState } from './effects.rules.ts';
import type { StoredRow } from './entities.repo.ts';
import { authorityAt, type Grant } from './grants.rules.ts';
import { keepHistory } from './history.repo.ts';
import { createLine } from './line.ts';
import { checkHistory } from './push.history.ts';
import { correctedTime, giveUp, type Judged, judge, type Prepared, prepare, type Reading } from './push.rules.ts';
import { withRetry } from './retry.ts';
import { lockRows, writeFinal } from './rows.writer.ts';
import type { HqCollection, SyncActor, SyncLive, SyncLog } from './sync.port.ts';
import type { Timeline } from './timeline.ts';
import { createTurns } from './turns.ts';
import { advanceWriter, countFailure, insertAnomalies, lockWriter } from './writers.repo.ts';

/** A mutation that failed this often for reasons of the infrastructure gives way to those behind it. */
export const MAX_FAILURES = 5;
/** Well below the connections of the pool: pulls, sign-ins and headquarters share these. */
const PUSHES_AT_ONCE = 8;

export interface PushDeps {
  readonly db: Db;
  readonly timeline: Timeline;
  readonly durability: Durability;
  readonly live: SyncLive;
  readonly now: () => number;
  readonly newId: NewId;
  readonly log: SyncLog;
  /** The registry, unless a test brings its own. */
  readonly findMutator?: MutatorLookup;
  readonly upcasters?: Upcasters | undefined;
}

/** What is known of a request before it is run. */
export interface Known extends Pick<Reading, 'isStorable'> {
  /** `mid`s that were given up when it was run before, and are given up again: the device has been told so. */
  readonly parked?: readonly number[];
}

export type Push = (actor: SyncActor, request: PushRequest, known?: Known) => Promise<PushReply>;

/** A request on its way through its transactions. */
interface Batch {
  readonly actor: SyncActor;
  readonly request: PushRequest;
  readonly receivedAt: number;
  readonly reading: Reading;
  readonly parked: readonly number[];
}

/** What one transaction did. */
interface Ran {
  readonly outcomes: readonly Outcome[];
  readonly lastMid: number;
  readonly ticket: string;
  readonly heads: Readonly<Record<Scope, number>>;
  /** Types of the rows that changed. */
  readonly types: ReadonlySet<string>;
  readonly advanced: boolean;
  /** By which it was judged. */
  readonly grants: readonly Grant[];
  /** `mid`s that were given up, because the database would not take them. */
  readonly parked: readonly number[];
}

/**
 * @throws AppError `auth.forbidden` a writer that the token does not name; `sync.epoch_changed` (details `epoch`): pull
 * first; `sync.gap` (details `expected`): send from there; `sync.writer_forked` (details `agreedMid`): another copy of
 * this device has written, take a new incarnation; `app.unavailable`: nothing was accepted, try later.
 */
export function createPush(deps: PushDeps): Push {
  const { db, timeline, log } = deps;
  const inTurn = createTurns();
  const inLine = createLine(PUSHES_AT_ONCE);
  const findMutator = deps.findMutator ?? registered;

  return async (actor, request, { parked = [], ...known } = {}) => {
    checkRequest(actor, request, timeline.epoch);
    const receivedAt = deps.now();
    const reading: Reading = { findMutator, upcasters: deps.upcasters, ...known };
    const batch: Batch = { actor, request, receivedAt, reading, parked };
    let ran: Ran;
    try {
      ran = await withRetry(() => runBatch(batch, request.mutations));
    } catch (error) {
      if (error instanceof AppError) throw error;
      log.warn({ err: error, deviceId: actor.deviceId }, 'a batch failed; its mutations are tried one by one');
      ran = await runOneByOne(batch);
    }
    if (ran.advanced) {
      await deps.durability.accept(acceptedBy(batch, ran));
      timeline.saw(ran.heads);
      announce(actor, ran);
    } else if (request.mutations.length > 0 && !(await deps.durability.settled())) {
      throw new AppError('app.unavailable', 'what was accepted could not be put on the disk');
    }
    return {
      epoch: timeline.epoch,
      lastMid: ran.lastMid,
      // The commit is on the disk, or the journal is: either way before this line.
      durableMid: ran.lastMid,
      outcomes: [...ran.outcomes],
      ticket: ran.ticket,
      heads: { ...ran.heads },
      serverNow: deps.now(),
    };
  };

  function runBatch(batch: Batch, mutations: readonly Mutation[]): Promise<Ran> {
    const { actor, request, receivedAt, reading, parked } = batch;
    const read = mutations.map((mutation) => prepare(mutation, actor, reading));
    const refs = refsOf(read);
    const work = async (tx: Tx): Promise<Ran> => {
      const writer = await lockWriter(tx, request.writer, receivedAt, refs);
      const grants = actor.grants ?? writer.grants;
      const stored = await checkHistory(tx, request, mutations, writer);
      const fresh = mutations.filter(({ mid }) => mid > writer.lastMid);
      const [last] = fresh.slice(-1);
      const replayed = stored.map(({ outcome }) => outcome);
      if (last === undefined) {
        const ticket = writer.ticket ?? '';
        return {
          outcomes: replayed,
          lastMid: writer.lastMid,
          ticket,
          heads: {},
          types: new Set(),
          advanced: false,
          grants,
          parked,
        };
      }
      const prepared = read.filter(({ mutation }) => mutation.mid > writer.lastMid);
      // Of a writer that had to wait for its own last push, and knows its rows as they were before that.
      const rows = writer.seenMid === writer.lastMid ? keyed(writer.rows) : await lockRows(tx, refs);
      const skewMs = receivedAt - request.sentAt;
      const made = decideAll(
        { ...actor, grants },
        request.writer,
        prepared,
        rows,
        { skewMs, lastAt: writer.lastAt, receivedAt },
        parked,
      );
      const { incarnation } = request.writer;
      const by = { organizationId: actor.organizationId, deviceId: actor.deviceId, incarnation, now: receivedAt };
      await insertAnomalies(
        tx,
        by,
        made.anomalies.map((one) => ({ id: deps.newId(), ...one })),
      );
      await insertDeadLetters(tx, by, deadLettersOf(fresh, made.outcomes, made.anomalies, deps.newId));
      const ticket = request.nextTicket;
      const advanced = advanceWriter(tx, request.writer, {
        lastMid: last.mid,
        ticket,
        answeredMid: Math.min(request.answeredMid, writer.lastMid),
        clockSkewMs: skewMs,
        lastAt: made.lastAt,
        now: receivedAt,
        outcomes: made.outcomes.map((outcome, index) => ({ mid: outcome.mid, h: fresh[index]?.h ?? '', outcome })),
      });
      const writeRows = async () => {
        const puts = [...made.puts.values()];
        await keepHistory(tx, by, made.history, puts);
        // Last, because it takes the scopes' heads, which every other writer of the scope waits for.
        return writeFinal(tx, by, puts, made.stored);
      };
      // The database is at the outcomes while the rows are made ready.
      const [, { heads }] = await Promise.all([advanced, writeRows()]);
      const types = new Set(Array.from(made.puts.values(), ({ type }) => type));
      return {
        outcomes: [...replayed, ...made.outcomes],
        lastMid: last.mid,
        ticket,
        heads,
        types,
        advanced: true,
        grants,
        parked,
      };
    };
    // Two of one writer would only wait for each other in the database, with a connection each.
    const { deviceId, incarnation } = request.writer;
    return inTurn(`${deviceId}:${incarnation}`, () => inLine(() => db.transaction(work)));
  }

  function decideAll(
    actor: SyncActor,
    writer: WriterKey,
    prepared: readonly Prepared[],
    stored: ReadonlyMap<RefKey, StoredRow>,
    time: { readonly skewMs: number; readonly lastAt: number; readonly receivedAt: number },
    parked: readonly number[],
  ) {
    const puts = new Map<RefKey, RowState>();
    const history: RowHistory[] = [];
    const find = (key: RefKey): KnownRow | undefined => {
      const put = puts.get(key);
      if (put === undefined) return stored.get(key);
      const { scope, fields, clock } = put;
      return { scope, fields, clock, deleted: fields === null, ver: stored.get(key)?.ver ?? 0 };
    };
    const outcomes: Outcome[] = [];
    const anomalies: (Anomaly & { readonly mid: number })[] = [];
    let { lastAt } = time;
    for (const one of prepared) {
      const { mutation } = one;
      lastAt = correctedTime(mutation.hlc, time.skewMs, lastAt, time.receivedAt);
      const judged: Judged = parked.includes(mutation.mid)
        ? giveUp(mutation, isFact(mutation), `failed ${MAX_FAILURES} times`)
        : judge(one, writer, authorityAt(actor, actor.grants ?? [], mutation.grant, time.receivedAt), lastAt, find);
      if (judged.fault !== undefined) {
        log.error({ err: judged.fault, name: mutation.name, mid: mutation.mid }, 'a mutator threw');
      }
      outcomes.push(judged.outcome);
      for (const row of judged.rows) puts.set(refKey(row), row);
      history.push(...judged.history);
      for (const anomaly of judged.anomalies) anomalies.push({ mid: mutation.mid, ...anomaly });
    }
    return { stored, puts, history, outcomes, anomalies, lastAt };
  }

  /** After a batch failed: whoever is at fault is found, and those before it are not held up. */
  async function runOneByOne(batch: Batch): Promise<Ran> {
    const { request } = batch;
    let ran: Ran | undefined;
    for (const mutation of request.mutations) {
      try {
        ran = join(ran, await runOne(asNext(batch, ran), mutation));
      } catch (error) {
        if (!(error instanceof AppError))
          log.error({ err: error, mid: mutation.mid }, 'a change could not be set aside');
        // Those before it are committed: they are answered, and the rest is sent again.
        if (ran?.advanced === true) return ran;
        throw error instanceof AppError ? error : notNow(error, 0);
      }
    }
    if (ran === undefined) throw new AppError('app.unavailable', 'the changes could not be stored');
    return ran;
  }

  async function runOne(batch: Batch, mutation: Mutation): Promise<Ran> {
    try {
      return await withRetry(() => runBatch(batch, [mutation]));
    } catch (error) {
      if (error instanceof AppError) throw error;
      const { request, receivedAt } = batch;
      const failures = isOutage(error) ? 0 : await countFailure(db, request.writer, mutation.mid, receivedAt);
      log.error({ err: error, name: mutation.name, mid: mutation.mid, failures }, 'a mutation could not be run');
      if (failures < MAX_FAILURES) throw notNow(error, failures);
      return withRetry(() => runBatch({ ...batch, parked: [...batch.parked, mutation.mid] }, [mutation]));
    }
  }

  function isFact(mutation: Mutation): boolean {
    return findMutator(mutation.name)?.fact ?? false;
  }

  function announce(actor: SyncActor, ran: Ran): void {
    for (const [scope, head] of Object.entries(ran.heads)) deps.live.poke({ scope, head, epoch: timeline.epoch });
    const collections = new Set(hqCollections(ran.types));
    if (ran.outcomes.some(isTrouble)) collections.add('sync').add('summary');
    if (collections.size > 0) deps.live.hqChanged(actor.organizationId, [...collections]);
  }
}

const notNow = (cause: unknown, failures: number): AppError =>
  new AppError('app.unavailable', 'the change could not be stored; it will be tried again', {
    cause,
    details: { retryAfterMs: 1000 * 2 ** failures },
  });

/** Every row that they read, once. */
function refsOf(prepared: readonly Prepared[]): EntityRef[] {
  const refs = new Map<RefKey, EntityRef>();
  for (const one of prepared) if (one.kind === 'ready') for (const ref of one.refs) refs.set(refKey(ref), ref);
  return [...refs.values()];
}

const keyed = (rows: readonly StoredRow[]): ReadonlyMap<RefKey, StoredRow> =>
  new Map(rows.map((row) => [refKey(row), row]));

function checkRequest(actor: SyncActor, request: PushRequest, epoch: string): void {
  const { writer, mutations } = request;
  if (writer.deviceId !== actor.deviceId) throw new AppError('auth.forbidden', 'the token is not of this writer');
  for (const [index, { mid }] of mutations.entries()) {
    if (mid !== (mutations[0]?.mid ?? 0) + index) {
      throw new AppError('app.bad_input', 'mutations must follow one another without gaps', {
        details: { issues: [{ path: `mutations.${index}.mid`, message: 'must be the one before plus 1' }] },
      });
    }
  }
  // What was learnt on another timeline (tickets, acknowledgements) must be let go first, and only a pull says how.
  if (request.epoch !== undefined && request.epoch !== epoch) {
    throw new AppError('sync.epoch_changed', 'the server was restored from a backup: pull first', {
      details: { epoch },
    });
  }
  if (writer.incarnation > actor.incarnation) {
    throw new AppError('auth.forbidden', 'this incarnation was not issued');
  }
}

const join = (before: Ran | undefined, after: Ran): Ran => ({
  outcomes: [...(before?.outcomes ?? []), ...after.outcomes],
  lastMid: after.lastMid,
  ticket: after.ticket,
  heads: { ...before?.heads, ...after.heads },
  types: new Set([...(before?.types ?? []), ...after.types]),
  advanced: before?.advanced === true || after.advanced,
  grants: after.grants,
  parked: [...(before?.parked ?? []), ...after.parked],
});

/** What was run, and no more: what is journalled is run again after a power cut, as it was run then. */
const acceptedBy = ({ actor, request, receivedAt }: Batch, { grants, lastMid, parked }: Ran): AcceptedBatch => ({
  actor: { ...actor, grants: [...grants] },
  request: { ...request, mutations: request.mutations.filter(({ mid }) => mid <= lastMid) },
  receivedAt,
  parked: [...parked],
});

/** The second of a request's transactions carries the ticket that the first one gave. */
const asNext = (batch: Batch, ran: Ran | undefined): Batch =>
  ran === undefined ? batch : { ...batch, request: { ...batch.request, ticket: ran.ticket } };

function hqCollections(types: ReadonlySet<string>): HqCollection[] {
  const collections = new Set<HqCollection>();
  // An order is shown with its money and its receipts.
  if (types.has('order') || types.has('payment') || types.has('fiscal_record')) collections.add('orders');
  if (types.has('fiscal_record')) collections.add('receipts');
  if (collections.size > 0) collections.add('summary');
  return [...collections];
}
