/**
 * Merge of single fields (`sync.md` §2.6). The server keeps for each field the stamp of the edit it holds; a later
 * arrival wins by (corrected time, writer, mid) alone, whatever the order of arrival. What does not win is history, and
 * where the one edit could not know of the other, a conflict for a person as well. Pure; the device uses `overlay` only.
 */
import { canonicalJson } from '../kernel/canonical.ts';
import {
  type ConflictSide,
  conflictId,
  type FieldConflict,
  isSameEdit,
  MAX_CONFLICT_SIDES,
} from './conflict.schema.ts';
import { type EntityType, entityKind, type FieldMerge, type MergedType } from './entities.ts';
import type { Patch } from './mutator.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Which edit a value came with. */
export interface Stamp {
  /** Corrected time, Unix ms. */
  readonly at: number;
  readonly deviceId: string;
  readonly incarnation: number;
  readonly mid: number;
  /** The row's version before the edit; 0 when the edit made the row. Whoever has seen a later one has seen the edit. */
  readonly prev: number;
  readonly by?: string;
}

/**
 * Stamps of a row's fields, and of the elements of its sets as `field:element`. `*` stands for everything that the row was
 * made with and nobody has changed since.
 */
export type FieldClock = Readonly<Record<string, Stamp>>;
export const CREATED = '*';

/** A value that is not in the row (any more). */
export interface HistoryEntry {
  /** A field, or `field:element` of a set, whose value is then `present` or `absent`. */
  readonly field: string;
  readonly value: unknown;
  readonly stamp: Omit<Stamp, 'prev'>;
}

/** An edit as the server received it. */
export interface Edit {
  readonly at: number;
  readonly deviceId: string;
  readonly incarnation: number;
  readonly mid: number;
  /** The version of the row that it was made upon, as the device says; 0 for none. */
  readonly base: number;
}

export interface MergedRow {
  readonly fields: Fields;
  readonly clock: FieldClock;
  /** Version in the database; 0 for a row that this transaction made. */
  readonly ver: number;
}

export interface Merge {
  readonly fields: Fields;
  readonly clock: FieldClock;
  readonly history: readonly HistoryEntry[];
  /** Conflicts that are new, or say something else now. */
  readonly conflicts: readonly FieldConflict[];
  /** Fields of the edit that lost. */
  readonly superseded: readonly string[];
}

/** Which of two edits wins: the later, then the larger writer, then the larger mid. */
export function compareEdits(a: Omit<Stamp, 'prev'>, b: Omit<Stamp, 'prev'>): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.deviceId !== b.deviceId) return a.deviceId < b.deviceId ? -1 : 1;
  return a.incarnation - b.incarnation || a.mid - b.mid;
}

const mergeOf = (type: MergedType, field: string): FieldMerge => {
  const { fields = {} } = entityKind(type);
  const merge = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (merge === undefined) throw new Error(`${type} has no field ${field} to be merged`);
  return merge;
};

function valuesOf(patch: Patch): { field: string; value: unknown; merge: FieldMerge }[] {
  return Object.entries(patch.set ?? {}).flatMap(([field, value]) => {
    if (value === undefined) return [];
    const merge = mergeOf(patch.type, field);
    if (merge === 'fixed' || merge === 'set') throw new Error(`${patch.type}.${field} cannot be set`);
    return [{ field, value, merge }];
  });
}

/** What the row looks like with the patch over it: what a device shows until the server has answered. */
export function overlay(fields: Fields, patch: Patch): Fields {
  const next: Record<string, unknown> = { ...fields };
  for (const { field, value, merge } of valuesOf(patch)) {
    put(next, field, merge === 'max' ? larger(next[field], value) : value);
  }
  for (const { field, element, isPresent } of elementsOf(patch)) putElement(next, field, element, isPresent);
  return next;
}

/**
 * The row after the edit.
 *
 * @param conflictOf the conflict that the field has now, settled or not.
 * @param knowsConflict whether the edit's author had that conflict, in this state, before their eyes.
 */
export function mergePatch(
  row: MergedRow,
  patch: Patch,
  edit: Edit,
  conflictOf: (field: string) => FieldConflict | undefined,
  knowsConflict: (field: string) => boolean,
): Merge {
  const fields: Record<string, unknown> = { ...row.fields };
  const clock: Record<string, Stamp> = { ...row.clock };
  const history: HistoryEntry[] = [];
  const conflicts: FieldConflict[] = [];
  const superseded: string[] = [];
  const by = patch.by === undefined ? {} : { by: patch.by };
  const { at, deviceId, incarnation, mid } = edit;
  const stamp: Stamp = { at, deviceId, incarnation, mid, prev: row.ver, ...by };

  /** Sets the stamp if the edit wins; what it stands against, if anything, is told. */
  const contest = (key: string, standing: Stamp | undefined) => {
    const wins = standing === undefined || compareEdits(stamp, standing) > 0;
    if (wins) clock[key] = stamp;
    return wins;
  };

  for (const { field, value, merge } of valuesOf(patch)) {
    if (merge === 'max') put(fields, field, larger(fields[field], value));
    if (merge === 'machine') put(fields, field, value);
    if (merge !== 'register') continue;
    const standing = clock[field] ?? (field in fields ? clock[CREATED] : undefined);
    const before = fields[field] ?? null;
    const wins = contest(field, standing);
    if (wins) put(fields, field, value);
    if (standing === undefined) continue;
    const isSame = isSameValue(before, value);
    history.push(wins ? entry(field, before, standing) : entry(field, value, stamp));
    if (!wins && !isSame) superseded.push(field);
    const conflict = conflictAfter({
      known: conflictOf(field),
      knows: knowsConflict(field),
      ids: { entityType: patch.type, entityId: patch.id, field },
      mine: side(value, stamp),
      theirs: side(before, standing),
      wins,
      clashes: !isSame && !isSameWriter(stamp, standing) && (!wins || !hasSeen(edit.base, standing, row.ver)),
    });
    if (conflict !== undefined) conflicts.push(conflict);
  }

  for (const { field, element, isPresent } of elementsOf(patch)) {
    const key = `${field}:${element}`;
    const wasPresent = elementsIn(fields, field).includes(element);
    const standing = clock[key] ?? (wasPresent ? clock[CREATED] : undefined);
    const wins = contest(key, standing);
    if (wins) putElement(fields, field, element, isPresent);
    if (standing === undefined) continue;
    history.push(wins ? entry(key, presence(wasPresent), standing) : entry(key, presence(isPresent), stamp));
    if (!wins && wasPresent !== isPresent) superseded.push(key);
  }
  return { fields, clock, history, conflicts, superseded };
}

/**
 * Whether the author of an edit upon version `base` had seen the standing value. A base above the row's version is of
 * another timeline and says nothing.
 */
const hasSeen = (base: number, standing: Stamp, ver: number): boolean => base > standing.prev && base <= ver;

const isSameWriter = (a: Stamp, b: Stamp): boolean => a.deviceId === b.deviceId && a.incarnation === b.incarnation;

/** The conflict of a field after one more edit of it; `undefined` when it is as it was. */
function conflictAfter(it: {
  readonly known: FieldConflict | undefined;
  readonly knows: boolean;
  readonly ids: Pick<FieldConflict, 'entityType' | 'entityId' | 'field'>;
  readonly mine: ConflictSide;
  readonly theirs: ConflictSide;
  readonly wins: boolean;
  readonly clashes: boolean;
}): FieldConflict | undefined {
  const { known, mine, theirs, wins } = it;
  const open = known?.resolvedAt === undefined ? known : undefined;
  if (!it.clashes && (open === undefined || !wins)) return undefined;
  const kept = wins ? mine : theirs;
  if (open !== undefined && !it.clashes && it.knows) {
    // Somebody who saw both values has written a third.
    return { ...open, kept, resolvedAt: mine.at, ...(mine.by === undefined ? {} : { resolvedBy: mine.by }) };
  }
  const losers = it.clashes ? [wins ? theirs : mine, ...(open?.others ?? [])] : (open?.others ?? []);
  const others = losers.filter(
    (one, index) =>
      !isSameValue(one.value, kept.value) && losers.findIndex((other) => isSameEdit(one, other)) === index,
  );
  const ids = { id: conflictId(it.ids.entityId, it.ids.field), ...it.ids };
  if (others.length === 0) return known && { ...ids, kept, others: known.others, resolvedAt: mine.at };
  return { ...ids, kept, others: others.slice(0, MAX_CONFLICT_SIDES) };
}

const side = (value: unknown, { at, deviceId, incarnation, mid, by }: Stamp): ConflictSide => ({
  deviceId,
  incarnation,
  mid,
  value: value ?? null,
  at,
  ...(by === undefined ? {} : { by }),
});

const entry = (field: string, value: unknown, { prev: _prev, ...stamp }: Stamp): HistoryEntry => ({
  field,
  value: value ?? null,
  stamp,
});

function put(fields: Record<string, unknown>, field: string, value: unknown): void {
  if (value === null || value === undefined) delete fields[field];
  else fields[field] = value;
}

const larger = (a: unknown, b: unknown): unknown => (typeof a === 'number' && typeof b === 'number' && a > b ? a : b);
const isSameValue = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);
const presence = (isPresent: boolean): string => (isPresent ? 'present' : 'absent');
const elementsIn = (fields: Fields, field: string): readonly string[] => (fields[field] ?? []) as readonly string[];

function putElement(fields: Record<string, unknown>, field: string, element: string, isPresent: boolean): void {
  const others = elementsIn(fields, field).filter((one) => one !== element);
  fields[field] = isPresent ? [...others, element].toSorted() : others;
}

/** Every element that a patch adds or removes, each once; an element that it does both to is there. */
function elementsOf(patch: Patch): { field: string; element: string; isPresent: boolean }[] {
  const elements = new Map<string, { field: string; element: string; isPresent: boolean }>();
  for (const [isPresent, given] of [
    [false, patch.remove],
    [true, patch.add],
  ] as const) {
    for (const [field, list] of Object.entries(given ?? {})) {
      if (mergeOf(patch.type, field) !== 'set') throw new Error(`${patch.type}.${field} is no set`);
      for (const element of list ?? []) elements.set(`${field}:${element}`, { field, element, isPresent });
    }
  }
  return [...elements.values()];
}

/** Fields of a kind that can be in conflict. */
export const registersOf = (type: EntityType): string[] =>
  Object.entries(entityKind(type).fields ?? {}).flatMap(([field, merge]) => (merge === 'register' ? [field] : []));
