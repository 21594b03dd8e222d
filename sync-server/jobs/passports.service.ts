/**
 * Empties passports of files that came to their end long ago, with every value that they ever had and their pictures.
 * What the client agreed to and paid stays: contracts, signatures, money. Devices hear of it by sync; what one of them wrote
 * before and sends after is put in, and goes with a later run.
 */

import type { Client } from '#shared/clients/clients.schema.ts';
import { conflictRefs } from '#shared/clients/file.mutator.ts';
import type { Passport } from '#shared/clients/passport.schema.ts';
import type { FieldConflict } from '#shared/sync/conflict.schema.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { refKey } from '#shared/sync/refs.ts';
import { appendAudit } from '../auth/audit.repo.ts';
import type { Tenant } from '../auth/principals.ts';
import { condemnBlobs } from '../blobs/blobs.repo.ts';
import type { Db, Tx } from '../db/db.ts';
import type { StoredRow } from '../sync/entities.repo.ts';
import { lockRows, writeRows } from '../sync/rows.writer.ts';
import type { SyncService } from '../sync/sync.service.ts';
import { countDuePassports, forgetPassportHistory, listDuePassports } from './passports.repo.ts';
import { emptyConflict, emptyPassport, isPassportDue } from './passports.rules.ts';

/** Each is a dozen rows and a line in the audit. */
const AT_ONCE = 100;

interface DuePassport {
  readonly row: StoredRow;
  readonly passport: Passport;
  readonly conflicts: readonly StoredRow[];
}

export interface PassportRetentionPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly sync: Pick<SyncService, 'announce'>;
  /** How long after the last change of a file that came to its end, ms. */
  readonly keptMs: number;
}

export function createPassportRetention({ db, now, sync, keptMs }: PassportRetentionPorts) {
  /** Of these, those that are due still, with their clients held until the transaction ends: nobody reopens one meanwhile. */
  async function lockDue(tx: Tx, ids: readonly string[], before: number): Promise<readonly DuePassport[]> {
    const stored = await lockRows(
      tx,
      ids.flatMap((id) => [{ type: 'client', id }, { type: 'passport', id }, ...conflictRefs('passport', id)] as const),
    );
    return ids.flatMap((id) => {
      const client = stored.get(refKey({ type: 'client', id }))?.fields as Client | null | undefined;
      const row = stored.get(refKey({ type: 'passport', id }));
      const passport = row?.fields as Passport | null | undefined;
      if (!client || !row || !passport || !isPassportDue(client, passport, before)) return [];
      const conflicts = conflictRefs('passport', id).flatMap((ref) => stored.get(refKey(ref)) ?? []);
      // The same name of a field may be one of the client's own row.
      return [{ row, passport, conflicts: conflicts.filter(({ fields }) => fields?.['entityType'] === 'passport') }];
    });
  }

  async function purge(tx: Tx, tenant: Tenant, due: readonly DuePassport[], at: number) {
    const { organizationId } = tenant;
    const puts = due.flatMap(({ row, passport, conflicts }): RowPut[] => [
      { type: 'passport', id: row.id, scope: row.scope, fields: emptyPassport(passport, at) },
      ...conflicts.map(
        ({ id, scope, fields }): RowPut => ({
          type: 'field_conflict',
          id,
          scope,
          fields: emptyConflict(fields as FieldConflict, at),
        }),
      ),
    ]);
    const ids = due.map(({ row }) => row.id);
    const pictures = due.flatMap(({ passport }) => passport.photo ?? []);
    const earlier = await forgetPassportHistory(tx, tenant, ids);
    await condemnBlobs(tx, organizationId, [...pictures, ...earlier], at);
    const { heads } = await writeRows(tx, organizationId, puts, at);
    for (const id of ids) {
      const actor = { kind: 'system', id: 'cleanup' } as const;
      await appendAudit(tx, tenant, { at, event: 'PASSPORT_PURGED', actor, entity: { type: 'client', id } });
    }
    return heads;
  }

  /** @param go rejects when the run is not ours any more @returns how many */
  async function run(tenant: Tenant, go: () => Promise<void>): Promise<number> {
    const before = now() - keptMs;
    let all = 0;
    for (let after = ''; ; ) {
      await go();
      const { found, done, heads } = await db.transaction(async (tx) => {
        const ids = await listDuePassports(tx, tenant, { before, after, limit: AT_ONCE });
        const due = await lockDue(tx, ids, before);
        return { found: ids, done: due.length, heads: due.length === 0 ? {} : await purge(tx, tenant, due, now()) };
      });
      sync.announce(heads);
      all += done;
      const last = found.at(-1);
      if (last === undefined || found.length < AT_ONCE) return all;
      after = last;
    }
  }

  /** How many `run` would empty now. */
  const preview = (tenant: Tenant): Promise<number> => countDuePassports(db, tenant, now() - keptMs);

  return { run, preview };
}
