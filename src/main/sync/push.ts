/** Sends the outbox, oldest first, until nothing waits for an answer. */

import { z } from 'zod';
import type { Logger } from '#main/core.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { MAX_PUSH_BYTES, Outcome, PROTOCOL, type PushReply, SCHEMA } from '#shared/sync/protocol.ts';
import type { Heads } from './echo.ts';
import type { PushEnvelope, SyncHttp } from './http.ts';
import type { WireRow } from './outbox.repo.ts';
import { createPace } from './pace.ts';
import type { SyncState } from './state.repo.ts';
import type { SyncStore } from './store.ts';

export interface PushDeps {
  readonly store: SyncStore;
  readonly http: SyncHttp;
  readonly now: () => number;
  readonly newId: NewId;
  readonly firstBatch?: number | undefined;
  readonly log: Logger;
  /** Reads the server's timeline anew before anything more is sent. */
  readonly pull: () => Promise<void>;
  /** Sends first what the server may have lost of this device's earlier names. */
  readonly resendFormer: () => Promise<Heads>;
}

export const Expected = z.looseObject({ expected: z.int().min(1) });
export const Forked = z.looseObject({
  agreedMid: z.int().min(0),
  outcomes: z.array(Outcome).default([]),
  /** The server did these long ago, and no longer knows how they read. */
  forgottenTo: z.int().min(1).optional(),
});

/** How often one drain may find out something about its history and start again, before it leaves it to the next. */
const MAX_TURNS = 5;

/** A batch on its way. */
interface Flight {
  /** As it was when the batch was sent, or will be when all before it is answered. */
  readonly state: SyncState;
  readonly batch: readonly WireRow[];
  readonly nextTicket: string;
  /** All before it were answered when it was sent. */
  readonly answeredMid: number;
  /** Sent before what precedes it was answered. */
  readonly isAhead: boolean;
  readonly reply: Promise<PushReply>;
}

/**
 * Resolves to how far the scopes it changed have come, or to nothing when nothing was answered. Throws what `SyncHttp`
 * throws; nothing is lost by it.
 */
export async function pushAll(deps: PushDeps): Promise<Heads | undefined> {
  const { store } = deps;
  let heads: Heads | undefined;
  const resendFormer = async () => {
    if (store.former.hasReopened()) heads = { ...heads, ...(await deps.resendFormer()) };
  };
  await resendFormer();
  let turns = 0;
  const pace = createPace(deps.now, deps.firstBatch);
  const takeOff = (): Flight | undefined => {
    if (!store.outbox.hasPending()) return undefined;
    pace.started();
    const { state } = store.transaction(() => store.standing());
    const batch = nextBatch(store.outbox.listPending(0, pace.size));
    return send(deps, { state, batch, answeredMid: (batch[0]?.mid ?? 1) - 1, isAhead: false });
  };
  for (let flight = takeOff(); flight !== undefined; ) {
    const { state, batch, isAhead } = flight;
    const ahead: Flight | undefined = pace.maySendAhead ? sendAhead(deps, flight, pace.size) : undefined;
    try {
      const reply = await flight.reply;
      pace.answered();
      const progress = store.transaction(() => accept(deps, state, reply));
      // The server keeps its word on order; a reply that answers nothing is its way to say "not now".
      if (!progress) throw new AppError('app.unavailable', 'the server answered none of the changes');
      heads = { ...heads, ...reply.heads };
      const goesOn = ahead !== undefined && reply.outcomes.length === batch.length;
      if (!goesOn) await ahead?.reply.catch(() => undefined);
      flight = goesOn ? ahead : takeOff();
    } catch (error) {
      await ahead?.reply.catch(() => undefined);
      pace.failed();
      if (error instanceof AppError && error.code === 'app.too_large' && batch.length > 1) pace.refused(batch.length);
      // It may have come before the one that precedes it, and then says nothing of this device's history.
      else if (isAhead) pace.overtaken();
      else {
        turns += 1;
        if (turns > MAX_TURNS || !(await settle(deps, state, error))) throw error;
        await resendFormer();
      }
      flight = takeOff();
    }
  }
  return heads;
}

function send({ http, now, newId }: PushDeps, flight: Omit<Flight, 'nextTicket' | 'reply'>): Flight {
  const { state, batch, answeredMid } = flight;
  const nextTicket = newId();
  const envelope: PushEnvelope = {
    proto: PROTOCOL,
    schema: SCHEMA,
    writer: { deviceId: state.deviceId, incarnation: state.incarnation },
    sentAt: now(),
    nextTicket,
    answeredMid,
    ...(state.epoch === null ? {} : { epoch: state.epoch }),
    ...(state.ticket === null ? {} : { ticket: state.ticket }),
  };
  const reply = http.push(envelope, batch.map(wireText));
  // Whoever waits for it hears of its failure; until then it must not pass for one that nobody hears of.
  reply.catch(() => undefined);
  return { ...flight, nextTicket, reply };
}

/**
 * Sends what follows a batch that is not answered yet. A crash before the answers are stored only means that both are sent
 * again, and answered as before. Not on a timeline that this device has not met.
 */
function sendAhead(deps: PushDeps, before: Flight, size: number): Flight | undefined {
  const { state, batch, nextTicket, answeredMid } = before;
  const { outbox } = deps.store;
  if (state.epoch === null) return undefined;
  const next = nextBatch(outbox.listPending(batch.at(-1)?.mid ?? 0, size));
  return next.length === 0
    ? undefined
    : send(deps, { state: { ...state, ticket: nextTicket }, batch: next, answeredMid, isAhead: true });
}

/** As many as one request may carry; numbers follow one another. */
export function nextBatch<Row extends WireRow>(pending: readonly Row[]): Row[] {
  const batch: Row[] = [];
  let bytes = 0;
  for (const row of pending) {
    bytes += Buffer.byteLength(row.args) + row.base.length + 256;
    const previous = batch.at(-1);
    if (previous !== undefined && (bytes > MAX_PUSH_BYTES || row.mid !== previous.mid + 1)) break;
    batch.push(row);
  }
  return batch;
}

export const wireText = ({ mid, name, args, schema, hlc, base, h, grant }: WireRow): string =>
  `{"mid":${mid},"name":${JSON.stringify(name)},"args":${args},"schema":${schema},"hlc":"${hlc}","base":${base},"h":"${h}"${grant === null ? '' : `,"grant":${grant}`}}`;

/** Stores the answers, unless they are to a writer or a timeline that this device has left meanwhile. */
function accept({ store, now }: PushDeps, sent: SyncState, reply: PushReply): boolean {
  const state = store.state.find();
  if (state === undefined || !isSameWriter(state, sent)) return true;
  if (state.epoch !== null && state.epoch !== reply.epoch) {
    throw new AppError('sync.epoch_changed', 'the server is on another timeline');
  }
  const at = now();
  acknowledge(store, reply.outcomes, at);
  store.state.save({
    ...state,
    epoch: reply.epoch,
    ticket: reply.ticket,
    durableMid: Math.max(state.durableMid, reply.durableMid),
  });
  return reply.outcomes.length > 0;
}

/** Nearly all were simply done, one after another: as many as follow each other are stored at once. */
function acknowledge({ outbox, letters }: SyncStore, outcomes: readonly Outcome[], at: number): void {
  let done: { readonly from: number; to: number } | undefined;
  const store = () => {
    if (done !== undefined) outbox.acknowledgeDone(done.from, done.to);
    done = undefined;
  };
  for (const outcome of outcomes) {
    const { mid } = outcome;
    if (isDone(outcome) && done?.to === mid - 1) done.to = mid;
    else {
      store();
      if (isDone(outcome)) done = { from: mid, to: mid };
      else outbox.acknowledge(outcome);
    }
    letters.keep(outcome, at);
  }
  store();
}

/** Applied, and nothing to be said about it. */
const isDone = ({ status, code, message, superseded, anomalies }: Outcome): boolean =>
  status === 'applied' && (code ?? message ?? superseded ?? anomalies) === undefined;

/** Does what a refusal asks for. True when it is worth sending again at once. */
async function settle(deps: PushDeps, sent: SyncState, error: unknown): Promise<boolean> {
  if (!(error instanceof AppError)) return false;
  if (error.code === 'sync.epoch_changed') {
    await deps.pull();
    return true;
  }
  if (error.code === 'sync.gap') return closeGap(deps, sent, Expected.parse(error.details).expected);
  if (error.code === 'sync.writer_forked') {
    const forked = Forked.parse(error.details);
    if (forked.forgottenTo === undefined) await rekey(deps, sent, forked);
    else takeForDone(deps, sent, forked.forgottenTo);
    return true;
  }
  return false;
}

/** The server knows less than it has answered: what is still kept goes again, from where it wants it. */
async function closeGap(deps: PushDeps, sent: SyncState, expected: number): Promise<boolean> {
  const { store } = deps;
  const isClosed = store.transaction(() => {
    store.outbox.reopenAfter(expected - 1);
    store.letters.withdrawAfter(expected - 1);
    store.reopenFormer();
    return store.outbox.firstAfter(expected - 1) === expected;
  });
  deps.log.warn('the server asks for mutations that it had answered', { expected, isClosed });
  // What it misses is no longer here. Under a new name numbering starts anew, and what is here can go.
  if (!isClosed) await rekey(deps, sent, { agreedMid: expected - 1, outcomes: [] });
  return true;
}

/** The server did these so long ago that it let the answers go, and a pull had them sent again: only what follows is in doubt. */
function takeForDone({ store }: PushDeps, sent: SyncState, upTo: number): void {
  store.transaction(() => {
    const state = store.state.find();
    const first = store.outbox.firstPending();
    if (state === undefined || !isSameWriter(state, sent) || first === undefined) return;
    store.outbox.acknowledgeDone(first, upTo);
  });
}

/** Another copy of this device has written under its name: what both wrote is settled, the rest goes under a new one. */
async function rekey(deps: PushDeps, sent: SyncState, agreed: z.output<typeof Forked>): Promise<void> {
  const { store, log } = deps;
  const { incarnation } = await deps.http.rekey();
  store.transaction(() => {
    const state = store.state.find();
    if (state === undefined || !isSameWriter(state, sent)) return;
    const at = deps.now();
    acknowledge(store, agreed.outcomes, at);
    store.adopt(sent.deviceId, incarnation);
  });
  log.warn('this device has a copy and took a new incarnation', { incarnation, agreedMid: agreed.agreedMid });
}

const isSameWriter = (a: SyncState, b: SyncState): boolean =>
  a.deviceId === b.deviceId && a.incarnation === b.incarnation;
