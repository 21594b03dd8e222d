/** SQL of this device's own standing: the writer, the cursors, the stage of a pull under way. Prepared once. */
import type { Statement } from 'better-sqlite3';
import type { Db } from '#main/db/db.ts';
import type { Digest } from '#shared/sync/digest.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { PreparedRow } from './prepare.ts';
import type { StagedPull } from './sync.tables.ts';

export interface SyncState {
  readonly deviceId: string;
  readonly incarnation: number;
  readonly nextMid: number;
  readonly hlc: string;
  readonly epoch: string | null;
  readonly ticket: string | null;
  readonly durableMid: number;
  /** Below zero: not known, every row that was changed here is to be replayed at the next pull. */
  readonly reflectedMid: number;
  readonly staged: StagedPull | null;
  /** Version of the grants that the rows here belong to; null before the first pull. */
  readonly grantsVer: number | null;
  /** Since when the server has turned this device away. Unix ms. */
  readonly revokedAt: number | null;
  /** Counted time, and the server's when it was last counted on. Ms. */
  readonly countedMs: number;
  readonly heardAt: number | null;
}

export interface Cursor {
  readonly ver: number;
  readonly digest: Digest;
}

export interface StagedRow {
  readonly key: RefKey;
  readonly row: PreparedRow;
}

/** As it lies in the table. */
interface StageRow {
  readonly key: RefKey;
  readonly scope: Scope;
  readonly type: string;
  readonly id: string;
  readonly ver: number;
  readonly moved: number;
  readonly fields: string | null;
  readonly digest: Digest;
  readonly wasScope: Scope | null;
  readonly wasVer: number | null;
  readonly wasDigest: Digest | null;
}

type StateRow = Omit<SyncState, 'staged'> & { readonly staged: string | null };

const COLUMNS = `device_id AS deviceId, incarnation, next_mid AS nextMid, hlc, epoch, ticket, durable_mid AS durableMid,
  reflected_mid AS reflectedMid, staged, grants_ver AS grantsVer, revoked_at AS revokedAt,
  counted_ms AS countedMs, heard_at AS heardAt`;

function asStaged({ key, wasScope, wasVer, wasDigest, moved, ...row }: StageRow): StagedRow {
  const isKnown = wasScope !== null && wasVer !== null && wasDigest !== null;
  const was = isKnown ? { scope: wasScope, ver: wasVer, digest: wasDigest } : null;
  return { key, row: { ...row, moved: moved === 1, was } };
}

export function createStateRepo({ $client: client }: Db) {
  const select: Statement<[], StateRow> = client.prepare(`SELECT ${COLUMNS} FROM sync_state WHERE id = 1`);
  const upsert = client.prepare(`
    INSERT INTO sync_state (id, device_id, incarnation, next_mid, hlc, epoch, ticket, durable_mid, reflected_mid, staged,
      grants_ver, revoked_at, counted_ms, heard_at)
    VALUES (1, @deviceId, @incarnation, @nextMid, @hlc, @epoch, @ticket, @durableMid, @reflectedMid, @staged,
      @grantsVer, @revokedAt, @countedMs, @heardAt)
    ON CONFLICT (id) DO UPDATE SET device_id = @deviceId, incarnation = @incarnation, next_mid = @nextMid, hlc = @hlc,
      epoch = @epoch, ticket = @ticket, durable_mid = @durableMid, reflected_mid = @reflectedMid, staged = @staged,
      grants_ver = @grantsVer, revoked_at = @revokedAt, counted_ms = @countedMs, heard_at = @heardAt`);
  const moveOn: Statement<[number, string]> = client.prepare(
    'UPDATE sync_state SET next_mid = ?, hlc = ? WHERE id = 1',
  );
  const cursors: Statement<[], Cursor & { scope: Scope }> = client.prepare(
    'SELECT scope, ver, digest FROM sync_cursors',
  );
  const setCursor: Statement<[Scope, number, Digest]> = client.prepare(
    `INSERT INTO sync_cursors (scope, ver, digest) VALUES (?, ?, ?)
     ON CONFLICT (scope) DO UPDATE SET ver = excluded.ver, digest = excluded.digest`,
  );
  const dropCursor: Statement<[Scope]> = client.prepare('DELETE FROM sync_cursors WHERE scope = ?');
  const stageRow: Statement<[StageRow]> = client.prepare(`
    INSERT INTO sync_stage (key, scope, type, id, ver, moved, fields, digest, was_scope, was_ver, was_digest)
    VALUES (@key, @scope, @type, @id, @ver, @moved, @fields, @digest, @wasScope, @wasVer, @wasDigest)
    ON CONFLICT (key) DO UPDATE SET scope = @scope, type = @type, id = @id, ver = @ver, moved = @moved, fields = @fields,
      digest = @digest, was_scope = @wasScope, was_ver = @wasVer, was_digest = @wasDigest`);
  const staged: Statement<[RefKey, number], StageRow> = client.prepare(`
    SELECT key, scope, type, id, ver, moved, fields, digest,
      was_scope AS wasScope, was_ver AS wasVer, was_digest AS wasDigest
    FROM sync_stage WHERE key > ? ORDER BY key LIMIT ?`);
  const clearStage = client.prepare('DELETE FROM sync_stage');

  return {
    find: (): SyncState | undefined => {
      const row = select.get();
      if (row === undefined) return undefined;
      return { ...row, staged: row.staged === null ? null : (JSON.parse(row.staged) as StagedPull) };
    },
    save: (state: SyncState): void => {
      upsert.run({ ...state, staged: state.staged === null ? null : JSON.stringify(state.staged) });
    },
    /** The next mutation's number and the last stamp: what a local write moves. */
    moveOn: (nextMid: number, hlc: string): void => {
      moveOn.run(nextMid, hlc);
    },
    listCursors: (): Map<Scope, Cursor> => new Map(cursors.all().map(({ scope, ...cursor }) => [scope, cursor])),
    setCursor: (scope: Scope, { ver, digest }: Cursor): void => {
      setCursor.run(scope, ver, digest);
    },
    dropCursor: (scope: Scope): void => {
      dropCursor.run(scope);
    },
    /** A row of a page that is not shown yet; a later page's wins. */
    stage: ({ key, row }: StagedRow): void => {
      const { was, moved, ...rest } = row;
      const before = { wasScope: was?.scope ?? null, wasVer: was?.ver ?? null, wasDigest: was?.digest ?? null };
      stageRow.run({ key, ...rest, ...before, moved: moved ? 1 : 0 });
    },
    /** Some of the staged rows: those whose key comes after one, in order. */
    listStaged: (after: RefKey, limit: number): StagedRow[] => staged.all(after, limit).map(asStaged),
    clearStage: (): void => {
      clearStage.run();
    },
  };
}

export type StateRepo = ReturnType<typeof createStateRepo>;
