/** What a device of the simulation holds, read past its own code: rows on show, rows beneath, outbox, cursors. */
import { getTableName } from 'drizzle-orm';
import type { Db } from '#main/db/db.ts';
import { REPLICA_TABLES } from '#main/db/schema.ts';
import { sha256 } from '#node/sha256.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { decodeHlc } from '#shared/kernel/clock.ts';
import { EMPTY_DIGEST, rowDigest, xorDigests } from '#shared/sync/digest.ts';
import { ENTITY_TYPES } from '#shared/sync/entities.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import { type MutatorLookup, replay } from '#shared/sync/replay.ts';
import type { Scope, Writer } from '#shared/sync/scopes.ts';

export interface HeldRow {
  readonly scope: Scope;
  readonly ver: number;
  /** Canonical JSON. */
  readonly fields: string;
}

export interface OutboxLine {
  readonly mid: number;
  readonly name: string;
  readonly args: string;
  readonly hlc: string;
  readonly h: string;
  readonly state: 'pending' | 'acked';
}

export interface DeviceState {
  readonly incarnation: number;
  readonly nextMid: number;
  readonly hlc: string;
  readonly epoch: string | null;
  readonly durableMid: number;
  readonly reflectedMid: number;
  readonly staged: string | null;
}

/** A mutation that was answered to an earlier name of the device. */
interface FormerLine extends Omit<OutboxLine, 'state'> {
  readonly incarnation: number;
  readonly isReopened: 0 | 1;
}

export interface View {
  readonly shown: ReadonlyMap<RefKey, HeldRow>;
  readonly base: ReadonlyMap<RefKey, HeldRow>;
  readonly outbox: readonly OutboxLine[];
  readonly former: readonly FormerLine[];
  readonly cursors: ReadonlyMap<Scope, { readonly ver: number; readonly digest: string }>;
  /** Absent before the first mutation or exchange. */
  readonly state: DeviceState | undefined;
}

const SHOWN = ENTITY_TYPES.map(
  (type) => `SELECT '${type}:' || id AS key, scope, ver, fields FROM "${getTableName(REPLICA_TABLES[type])}"`,
).join(' UNION ALL ');

type Client = Db['$client'];
interface ShownLine {
  readonly key: RefKey;
  readonly scope: Scope;
  readonly ver: number;
  readonly fields: string;
}
type BaseLine = Omit<ShownLine, 'fields'> & { readonly fields: string | null };
interface CursorLine {
  readonly scope: Scope;
  readonly ver: number;
  readonly digest: string;
}

const prepareAll = (client: Client) => ({
  shown: client.prepare<[], ShownLine>(SHOWN),
  base: client.prepare<[], BaseLine>('SELECT key, scope, ver, fields FROM sync_base'),
  outbox: client.prepare<[], OutboxLine>('SELECT mid, name, args, hlc, h, state FROM sync_outbox ORDER BY mid'),
  former: client.prepare<[], FormerLine>(
    `SELECT incarnation, mid, name, args, hlc, h, is_reopened AS isReopened FROM sync_former ORDER BY incarnation, mid`,
  ),
  cursors: client.prepare<[], CursorLine>('SELECT scope, ver, digest FROM sync_cursors'),
  state: client.prepare<[], DeviceState>(
    `SELECT incarnation, next_mid AS nextMid, hlc, epoch, durable_mid AS durableMid, reflected_mid AS reflectedMid,
      staged FROM sync_state`,
  ),
  changes: client.prepare<[], number>('SELECT total_changes()').pluck(),
});
const prepared = new WeakMap<Client, ReturnType<typeof prepareAll>>();
function statementsOf({ $client: client }: Db): ReturnType<typeof prepareAll> {
  const known = prepared.get(client) ?? prepareAll(client);
  prepared.set(client, known);
  return known;
}

/** Grows with every row that this connection writes. */
export const changesOf = (db: Db): number => statementsOf(db).changes.get() ?? 0;

/** What has been made here and waits, or is kept: the outbox alone. */
export const outboxOf = (db: Db): OutboxLine[] => statementsOf(db).outbox.all();

/** What is kept of earlier names. */
export const formerOf = (db: Db): FormerLine[] => statementsOf(db).former.all();

/** Keys and texts of the rows on show. */
export const shownOf = (db: Db): readonly ShownLine[] => statementsOf(db).shown.all();

/** The device's own standing; absent before the first mutation or exchange. */
export const stateOf = (db: Db): DeviceState | undefined => statementsOf(db).state.get();

export function viewOf(db: Db): View {
  const statements = statementsOf(db);
  const held = ({ scope, ver, fields }: ShownLine): HeldRow => ({ scope, ver, fields: canonicalOf(fields) });
  const shown = new Map(statements.shown.all().map((row) => [row.key, held(row)]));
  const base = new Map(shown);
  for (const { fields, ...row } of statements.base.all()) {
    if (fields === null) base.delete(row.key);
    else base.set(row.key, held({ ...row, fields }));
  }
  return {
    shown,
    base,
    outbox: statements.outbox.all(),
    former: statements.former.all(),
    cursors: new Map(statements.cursors.all().map(({ scope, ...cursor }) => [scope, cursor])),
    state: statements.state.get(),
  };
}

/** Texts as they were stored, in their canonical form: a row is looked at after every step, and seldom is another. */
const canonical = new Map<string, string>();
const MOST_TEXTS = 5_000;

function canonicalOf(text: string): string {
  const known = canonical.get(text);
  if (known !== undefined) return known;
  if (canonical.size >= MOST_TEXTS) canonical.clear();
  const made = canonicalJson(JSON.parse(text));
  canonical.set(text, made);
  return made;
}

/** What must be on show, worked out from nothing: the base, and over it what has not come back yet. */
export function expectedRows(view: View, writer: Writer, findMutator: MutatorLookup): Map<RefKey, string> {
  const rows = new Map(Array.from(view.base, ([key, { fields }]) => [key, fields]));
  const from = Math.max(view.state?.reflectedMid ?? 0, 0);
  const pending = view.outbox
    .filter(({ mid }) => mid > from)
    .map(({ mid, name, args, hlc }) => ({ mid, name, args: JSON.parse(args) as unknown, at: decodeHlc(hlc).ms }));
  if (pending.length === 0) return rows;
  const { puts } = replay(
    pending,
    (key) => {
      const row = view.base.get(key);
      return row && { scope: row.scope, fields: JSON.parse(row.fields) as Record<string, unknown> };
    },
    writer,
    findMutator,
  );
  for (const [key, { fields }] of puts) {
    if (fields === null) rows.delete(key);
    else rows.set(key, canonicalJson(fields));
  }
  return rows;
}

export const fieldsOf = (rows: ReadonlyMap<RefKey, HeldRow>): Map<RefKey, string> =>
  new Map(Array.from(rows, ([key, { fields }]) => [key, fields]));

/** The digest of each scope from the rows alone. */
export function digestsOf(rows: ReadonlyMap<RefKey, HeldRow>): Map<Scope, string> {
  const digests = new Map<Scope, string>();
  for (const [key, { scope, fields }] of rows) {
    const colon = key.indexOf(':');
    const row = {
      type: key.slice(0, colon),
      id: key.slice(colon + 1),
      fields: JSON.parse(fields) as Record<string, unknown>,
    };
    digests.set(scope, xorDigests(digests.get(scope) ?? EMPTY_DIGEST, rowDigest(sha256, row)));
  }
  return digests;
}

/** The first difference, in words; `undefined` when both say the same. */
export function difference(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
  names: readonly [string, string],
): string | undefined {
  for (const [key, text] of one) {
    const their = other.get(key);
    if (their === undefined) return `${key} is in ${names[0]} only: ${text.slice(0, 300)}`;
    if (their !== text)
      return `${key} differs\n    ${names[0]}: ${text.slice(0, 500)}\n    ${names[1]}: ${their.slice(0, 500)}`;
  }
  for (const [key, text] of other) if (!one.has(key)) return `${key} is in ${names[1]} only: ${text.slice(0, 300)}`;
  return undefined;
}
