/** Fields that two people changed without knowing of each other, with every value they have had: read, never chosen here. */
import type { HqFieldConflict, HqFieldConflicts, HqFieldConflictsQuery, HqFieldValue } from '#shared/hq/sync.api.ts';
import { type ConflictSide, type EditKey, isSameEdit } from '#shared/sync/conflict.schema.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { pageOf, readCursor } from '../hq/hq.rules.ts';
import { type ConflictRow, type HistoryRow, listConflicts, listHistory, readDeviceNames } from './conflicts.repo.ts';

/** Values of one field that are shown; older ones are in the database. */
const MAX_VALUES = 50;

export type ConflictsService = ReturnType<typeof createConflicts>;

export function createConflicts({ db }: { readonly db: Db }) {
  return {
    list: async (tenant: Tenant, { state, cursor, limit }: HqFieldConflictsQuery): Promise<HqFieldConflicts> => {
      const rows = await listConflicts(db, tenant, {
        isOpen: state === 'open',
        cursor: cursor === undefined ? undefined : readCursor(cursor),
        limit: limit + 1,
      });
      const { page, next } = pageOf(rows, limit, ({ at, id }) => ({ at, id }));
      const fields = page.map((row) => row.fields);
      const history = await listHistory(db, tenant, fields, MAX_VALUES);
      const names = page.length === 0 ? new Map<string, string>() : await readDeviceNames(db, tenant);
      return { conflicts: page.map((row) => toReply(row, history, names)), ...next };
    },
  };
}

function toReply(
  { id, at, fields, name }: ConflictRow,
  history: readonly HistoryRow[],
  names: ReadonlyMap<string, string>,
): HqFieldConflict {
  const { entityType, entityId, field, kept, others, resolvedAt, resolvedBy } = fields;
  const told = (side: Omit<ConflictSide, 'by'> & { readonly by?: string | null | undefined }): HqFieldValue => {
    const deviceName = names.get(side.deviceId);
    return {
      value: side.value ?? null,
      at: side.at,
      ...(side.by === null || side.by === undefined ? {} : { by: side.by }),
      ...(deviceName === undefined ? {} : { deviceName }),
    };
  };
  const isOther = (edit: EditKey): boolean => others.some((other) => isSameEdit(other, edit));
  const past = history.filter(
    (old) => old.type === entityType && old.entityId === entityId && old.field === field && !isSameEdit(old, kept),
  );
  // A side may be in the conflict alone: its history may be forgotten, and a choice takes it out of the history's reach.
  const missing = others.filter((other) => !past.some((old) => isSameEdit(old, other)));
  const values = [...past, ...missing].toSorted((a, b) => b.at - a.at);
  return {
    id,
    entityType,
    entityId,
    ...(name === null ? {} : { name }),
    field,
    at,
    kept: told(kept),
    history: values.map((side) => ({ ...told(side), isOther: isOther(side) })),
    ...(resolvedAt === undefined
      ? {}
      : { resolved: { at: resolvedAt, ...(resolvedBy === undefined ? {} : { by: resolvedBy }) } }),
  };
}
