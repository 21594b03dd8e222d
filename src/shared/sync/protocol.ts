/**
 * The wire of `POST /sync/push` and `POST /sync/pull`. Both sides parse with these schemas; a test pins their shape,
 * so a change of the wire is a conscious act with a new `PROTOCOL` number.
 *
 * Push: a writer (deviceId, incarnation) sends its mutations in order of `mid`, without gaps. The server runs each
 * exactly once and answers every one with an outcome. Pull: the server answers the rows of the granted scopes that are
 * newer than the cursors, as state, in one snapshot.
 */
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../kernel/errors.ts';
import { Millis } from '../kernel/schemas.ts';
import { Backlog } from './backlog.schema.ts';
import { Scope } from './scopes.ts';

/** Version of the wire; `OLDEST_PROTOCOL` is the oldest the server still serves. */
export const PROTOCOL = 1;
export const OLDEST_PROTOCOL = 1;
/** Version of the mutations' arguments and of the rows' fields. */
export const SCHEMA = 1;
/** The oldest schema whose mutations the server still reads: devices that were away for less than a year. */
export const OLDEST_SCHEMA = 1;

export const MAX_PUSH_MUTATIONS = 500;
export const MAX_PUSH_BYTES = 1_048_576;
export const MAX_PULL_ROWS = 1000;
export const MAX_PULL_BYTES = 2_097_152;
/**
 * A single mutation's arguments; enforced when it is made, so nothing too large ever enters the outbox. The longest order
 * there is (500 lines with names of 128 Cyrillic letters) takes about 240,000 bytes.
 */
export const MAX_MUTATION_BYTES = 393_216;

export const Version = z.int().min(0);
export const Mid = z.int().min(1);
export const Epoch = z.string().regex(/^[0-9a-f]{32}$/);
export const Hash = z.string().regex(/^[0-9a-f]{64}$/);
export const Ticket = z.string().max(64);
/** Counts the changes of what a device may see, from 1. */
export const GrantsVer = z.int().min(1);

export const WriterKey = z.strictObject({ deviceId: z.string().min(1).max(64), incarnation: z.int().min(1) });
export type WriterKey = z.infer<typeof WriterKey>;

const MAX_REF_KEY = 128;
/** A record of `Version`, looked at and not copied: a push has five hundred of them. */
const Versions = z.custom<Readonly<Record<string, number>>>((value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([key, ver]) => key.length <= MAX_REF_KEY && Number.isSafeInteger(ver) && ver >= 0,
  );
}, 'must be versions, each 0 or more, by type:id of at most 128 letters');

// Members that this version does not know are let be, in either direction: a newer device must never find its whole
// outbox refused by an older server, nor an older device an answer of a newer one.
export const Mutation = z.object({
  mid: Mid,
  name: z.string().min(1).max(64),
  args: z.unknown(),
  schema: z.int().min(1),
  /** `encodeHlc` of the writer's clock when it was made. */
  hlc: z.string().regex(/^[0-9a-f]{16}$/),
  /** Versions of the rows it was decided upon, by `type:id`; 0 for a row that was not there. */
  base: Versions,
  /** Version of the writer's grants when it was made: work done in a shop that was taken away since is still judged there. */
  grant: GrantsVer.optional(),
  /** SHA-256 of the canonical JSON of `hashedPart`: a writer that says two things under one mid is caught. */
  h: Hash,
});
export type Mutation = z.infer<typeof Mutation>;

export const OutcomeStatus = z.enum(['applied', 'rejected', 'parked']);
export const Outcome = z.object({
  mid: Mid,
  status: OutcomeStatus,
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]).optional(),
  message: z.string().max(500).optional(),
  /** Of an applied edit: the fields whose value lost to another's. They are in the row's history. */
  superseded: z.array(z.string().max(128)).optional(),
  /** Kinds of the anomalies a fact raised. */
  anomalies: z.array(z.string().max(64)).optional(),
});
export type Outcome = z.infer<typeof Outcome>;

export const PushRequest = z.object({
  proto: z.int().min(1),
  schema: z.int().min(1),
  writer: WriterKey,
  /** Absent on a writer's first push, before it has met a server. */
  epoch: Epoch.optional(),
  /** What the last push chose as `nextTicket`; a copy of this device that pushed meanwhile holds another. */
  ticket: Ticket.optional(),
  /** Under which it goes on from here: new with every push, so that two copies never choose the same. */
  nextTicket: z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -'),
  /** Up to here it holds the answers. The server may forget them some day. */
  answeredMid: z.int().min(0),
  /** The device's wall clock at sending: the server measures its skew from it. */
  sentAt: Millis,
  mutations: z.array(Mutation).max(MAX_PUSH_MUTATIONS),
});
export type PushRequest = z.infer<typeof PushRequest>;

export const PushReply = z.object({
  epoch: Epoch,
  lastMid: z.int().min(0),
  /** Up to here the server's disk has it: what a device may forget. */
  durableMid: z.int().min(0),
  outcomes: z.array(Outcome),
  /** The one that holds now: that of this push, or of the one that this one repeats. */
  ticket: Ticket,
  heads: z.record(Scope, Version),
  serverNow: Millis,
});
export type PushReply = z.infer<typeof PushReply>;

export const MAX_READER = 128;
/** Somebody at the device has read an answer that a person has to read; `isRetried`: by asking for the same once more. */
export const LetterRead = z.object({
  incarnation: z.int().min(1),
  mid: Mid,
  /** By the device's clock. */
  at: Millis,
  by: z.string().max(MAX_READER),
  isRetried: z.boolean(),
});
export type LetterRead = z.infer<typeof LetterRead>;
/** The rest goes with the next pull. */
export const MAX_LETTER_READS = 50;

export const PullRequest = z.object({
  proto: z.int().min(1),
  schema: z.int().min(1),
  writer: WriterKey,
  epoch: Epoch.optional(),
  /** The number of the newest change that was made under this name here. */
  madeMid: z.int().min(0).optional(),
  /** Last version seen, by scope; a scope that is absent starts from nothing. */
  cursors: z.record(Scope, Version),
  /**
   * For scopes that are being read from their start over several pages: the head when the first page was read. Tombstones
   * up to there are of no use to that reading, so a cursor below the line of their collection is no reason to begin anew.
   */
  started: z.record(Scope, Version).optional(),
  /** The version of the grants that this device lives by; absent before its first pull. */
  grantsVer: GrantsVer.optional(),
  backlog: Backlog.optional(),
  /** What was read since the last pull that was answered, oldest first. For headquarters; saying it twice changes nothing. */
  reads: z.array(LetterRead).max(MAX_LETTER_READS).optional(),
});
export type PullRequest = z.infer<typeof PullRequest>;

/** State of one row. `fields` is null exactly when it is deleted. Unknown members are kept and written back. */
export const PulledRow = z.object({
  scope: Scope,
  type: z.string().max(32),
  id: z.string().max(64),
  ver: Version,
  deleted: z.boolean(),
  fields: z.record(z.string(), z.unknown()).nullable(),
  /** Deleted in this scope because it lives in another now. Not dead: if that scope is granted too, it comes with it. */
  moved: z.boolean().optional(),
});
export type PulledRow = z.infer<typeof PulledRow>;

export const PullReply = z.object({
  epoch: Epoch,
  rows: z.array(PulledRow),
  /** The cursors after this page. */
  next: z.record(Scope, Version),
  /** This snapshot had no row beyond the page: what was staged may be applied. */
  complete: z.boolean(),
  lastMid: z.int().min(0),
  /**
   * The hash of the newest change that both have a number of, `madeMid` or `lastMid`: what a copy of the device has sent
   * under its name has another. Absent when there is none, or when the server has forgotten it.
   */
  sharedH: Hash.optional(),
  durableMid: z.int().min(0),
  /** Exclusive-or of the hashes of a scope's live rows, 16 hex digits; only with `complete`. */
  digests: z.record(Scope, z.string().regex(/^[0-9a-f]{16}$/)),
  /** Every scope this device may see; one that is gone must be wiped. */
  grants: z.array(Scope),
  grantsVer: GrantsVer,
  /** The shop it stands in: its own work belongs there. One of `grants`. */
  shopId: z.string().min(1).max(64),
  /** How far each granted scope has come in this snapshot. */
  heads: z.record(Scope, Version),
  /** Set when the epoch changed: cursors above these must fall back to them. */
  forks: z.record(Scope, Version).optional(),
  serverNow: Millis,
});
export type PullReply = z.infer<typeof PullReply>;

/** `poke` over Socket.IO: only ever a hint to pull. */
export const Poke = z.object({ scope: Scope, head: Version, epoch: Epoch });
export type Poke = z.infer<typeof Poke>;

/** The part of a mutation that `h` covers. */
export const hashedPart = ({ mid, name, args, schema, hlc, grant }: Omit<Mutation, 'h' | 'base'>) => ({
  mid,
  name,
  args,
  schema,
  hlc,
  // Absent, it leaves no trace in canonical JSON: what an older program hashed stays as it was.
  grant,
});
