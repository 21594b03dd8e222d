/** SQL of what stands beside a client's own row: passport, appliances, tariffs, and their conflicts. */
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Db, Reader } from '#main/db/db.ts';
import type { Appliance } from '#shared/clients/appliances.schema.ts';
import type { Passport } from '#shared/clients/passport.schema.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import type { FieldConflict } from '#shared/sync/conflict.schema.ts';
import { appliances, fieldConflicts, passports, tariffs } from './clients.tables.ts';

export const findPassport = (db: Reader, clientId: string): Passport | undefined =>
  db.select({ fields: passports.fields }).from(passports).where(eq(passports.id, clientId)).get()?.fields;

export const findAppliance = (db: Reader, id: string): Appliance | undefined =>
  db.select({ fields: appliances.fields }).from(appliances).where(eq(appliances.id, id)).get()?.fields;

/** In the order in which they were added. */
export const listAppliances = (db: Reader, clientId: string): Appliance[] =>
  db
    .select({ fields: appliances.fields })
    .from(appliances)
    .where(eq(appliances.clientId, clientId))
    .orderBy(asc(sql`${appliances.fields} ->> 'createdAt'`), asc(appliances.id))
    .all()
    .map(({ fields }) => fields);

/** How many each of these clients has; absent: none. */
export function countAppliances(db: Db, clientIds: readonly string[]): ReadonlyMap<string, number> {
  const rows = db.all<{ readonly clientId: string; readonly appliances: number }>(
    sql`SELECT client_id AS "clientId", count(*) AS appliances FROM ${appliances}
        WHERE client_id IN (SELECT value FROM json_each(${JSON.stringify(clientIds)})) GROUP BY client_id`,
  );
  return new Map(rows.map((row) => [row.clientId, row.appliances]));
}

export const listTariffs = (db: Reader): Tariff[] =>
  db
    .select({ fields: tariffs.fields })
    .from(tariffs)
    .all()
    .map(({ fields }) => fields);

export const findTariff = (db: Reader, id: string): Tariff | undefined =>
  db.select({ fields: tariffs.fields }).from(tariffs).where(eq(tariffs.id, id)).get()?.fields;

/** Conflicts of these rows that nobody has settled, in no particular order. */
export const listConflicts = (db: Reader, ids: readonly string[]): FieldConflict[] =>
  db
    .select({ fields: fieldConflicts.fields })
    .from(fieldConflicts)
    .where(and(inArray(fieldConflicts.entityId, [...ids]), isNull(fieldConflicts.resolvedAt)))
    .all()
    .map(({ fields }) => fields);
