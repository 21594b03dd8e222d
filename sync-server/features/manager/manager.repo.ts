/** SQL of clients as managers see them. Rows are changed through `sync/own-mutations.ts` alone. */
import { and, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import { Appliance } from '#shared/clients/appliances.schema.ts';
import { Client, type ClientStatus } from '#shared/clients/clients.schema.ts';
import { Passport } from '#shared/clients/passport.schema.ts';
import { Tariff } from '#shared/clients/tariff.schema.ts';
import { Contract, Invoice } from '#shared/contracts/contracts.schema.ts';
import { StaffMember } from '#shared/staff/staff.schema.ts';
import { FieldConflict } from '#shared/sync/conflict.schema.ts';
import { orgScope, shopScope } from '#shared/sync/scopes.ts';
import { users } from '../../auth/auth.tables.ts';
import type { ManagerPrincipal, Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { entities } from '../../sync/sync.tables.ts';
import type { ClientFile, ListedClient } from './client-file.ts';
import { managerUploads } from './manager.tables.ts';

/** What a manager may see: clients of these shops. */
export type ManagerScope = Pick<ManagerPrincipal, 'organizationId' | 'shopIds'>;

const living = (type: string) => and(eq(entities.type, type), eq(entities.deleted, false));
const within = ({ organizationId, shopIds }: ManagerScope) =>
  and(
    eq(entities.organizationId, organizationId),
    shopIds.length === 0 ? sql`false` : inArray(entities.scope, shopIds.map(shopScope)),
  );
const updatedAt = sql<number>`(${entities.fields}->>'updatedAt')::bigint`;

export interface ClientsFilter {
  readonly statuses: readonly ClientStatus[] | undefined;
  readonly assignedTo: string | undefined;
  readonly q: string | undefined;
  readonly after: { readonly at: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** `%`, `_` and the escape itself are letters here. */
const likeOf = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

function matching(q: string | undefined): SQL | undefined {
  if (q === undefined || q === '') return undefined;
  const text = likeOf(q.toLowerCase());
  const digits = q.replaceAll(/\D/g, '');
  return or(
    sql`lower(${entities.fields}->>'name') LIKE ${text}`,
    sql`lower(${entities.fields}->>'registrationAddress') LIKE ${text}`,
    sql`lower(${entities.fields}->>'email') LIKE ${text}`,
    digits.length < 3 ? undefined : sql`${entities.fields}->>'phone' LIKE ${likeOf(digits)}`,
  );
}

type Chosen = Pick<ClientsFilter, 'statuses' | 'assignedTo' | 'q'>;
const chosen = (scope: ManagerScope, { statuses, assignedTo, q }: Chosen) =>
  and(
    living('client'),
    within(scope),
    statuses === undefined ? undefined : inArray(sql`${entities.fields}->>'status'`, [...statuses]),
    assignedTo === undefined ? undefined : sql`${entities.fields}->>'assignedTo' = ${assignedTo}`,
    matching(q),
  );

export const countClients = (db: Db, scope: ManagerScope, filter: Chosen): Promise<number> =>
  db.$count(entities, chosen(scope, filter));

/** Those that changed last come first. */
export async function listClients(db: Db, scope: ManagerScope, filter: ClientsFilter): Promise<ListedClient[]> {
  const { after, limit } = filter;
  const rows = await db
    .select({
      fields: entities.fields,
      applianceCount: sql<number>`(SELECT count(*)::int FROM entities AS a WHERE a.type = 'appliance' AND NOT a.deleted
        AND a.fields->>'clientId' = ${sql.raw('entities.id')})`,
    })
    .from(entities)
    .where(
      and(
        chosen(scope, filter),
        after === undefined ? undefined : sql`(${updatedAt}, ${entities.id}) < (${after.at}::bigint, ${after.id})`,
      ),
    )
    .orderBy(desc(updatedAt), desc(entities.id))
    .limit(limit);
  return rows.map(({ fields, applianceCount }) => ({ client: Client.parse(fields), applianceCount }));
}

/** Held until the end of the transaction: acts on one client come one by one. */
export async function lockClientRow(tx: Tx, scope: ManagerScope, id: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: entities.id })
    .from(entities)
    .where(and(living('client'), within(scope), eq(entities.id, id)))
    .for('update');
  return row !== undefined;
}

export async function readClientFile(db: Db | Tx, scope: ManagerScope, id: string): Promise<ClientFile | undefined> {
  const rows = await db
    .select({ type: entities.type, ver: entities.ver, fields: entities.fields })
    .from(entities)
    .where(
      and(
        within(scope),
        or(
          and(inArray(entities.type, ['client', 'passport']), eq(entities.id, id)),
          and(
            inArray(entities.type, ['appliance', 'contract', 'invoice']),
            sql`${entities.fields}->>'clientId' = ${id}`,
          ),
        ),
        eq(entities.deleted, false),
      ),
    );
  const of = (type: string) => rows.filter((row) => row.type === type);
  const [client] = of('client');
  if (client === undefined) return undefined;
  const [passport] = of('passport');
  const appliances = of('appliance');
  return {
    client: Client.parse(client.fields),
    passport: passport === undefined ? undefined : Passport.parse(passport.fields),
    appliances: appliances
      .map(({ fields }) => Appliance.parse(fields))
      .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)),
    contracts: of('contract')
      .map(({ fields }) => Contract.parse(fields))
      .toSorted((a, b) => b.version - a.version),
    invoices: of('invoice')
      .map(({ fields }) => Invoice.parse(fields))
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)),
    ver: {
      client: client.ver,
      passport: passport?.ver ?? 0,
      appliances: appliances.reduce((last, { ver }) => Math.max(last, ver), 0) * 1000 + appliances.length,
    },
  };
}

/** What is not settled in these rows of a file. */
export async function listConflicts(
  db: Db,
  scope: ManagerScope,
  refs: readonly { readonly id: string }[],
): Promise<FieldConflict[]> {
  const ids = refs.map(({ id }) => id);
  const rows = await db
    .select({ fields: entities.fields })
    .from(entities)
    .where(and(living('field_conflict'), within(scope), inArray(entities.id, ids)))
    .orderBy(entities.id);
  return rows.map(({ fields }) => FieldConflict.parse(fields)).filter(({ resolvedAt }) => resolvedAt === undefined);
}

/** Another living client of the organisation who has this number. */
export async function findOtherWithPhone(
  tx: Tx,
  tenant: Tenant,
  phone: string,
  id: string,
): Promise<string | undefined> {
  const [row] = await tx
    .select({ id: entities.id })
    .from(entities)
    .where(
      and(
        living('client'),
        eq(entities.organizationId, tenant.organizationId),
        sql`${entities.fields}->>'phone' = ${phone}`,
        sql`${entities.id} <> ${id}`,
      ),
    )
    .limit(1);
  return row?.id;
}

export async function listTariffs(db: Db | Tx, { organizationId }: Tenant): Promise<Tariff[]> {
  const rows = await db
    .select({ fields: entities.fields })
    .from(entities)
    .where(and(living('tariff'), eq(entities.scope, orgScope(organizationId))));
  return rows.map(({ fields }) => Tariff.parse(fields));
}

/** Who may be given a client: users who are managers, and members of the shops' staff. */
export async function listManagers(
  db: Db,
  scope: ManagerScope,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const people = await db
    .select({ id: users.id, name: users.name, roles: users.roles })
    .from(users)
    .where(and(eq(users.organizationId, scope.organizationId), eq(users.active, true)));
  const staff = await db
    .select({ fields: entities.fields })
    .from(entities)
    .where(and(living('staff'), within(scope)));
  const members = staff
    .map(({ fields }) => StaffMember.parse(fields))
    .filter(({ active, role }) => active && role === 'manager');
  const named = [
    ...people.filter(({ roles }) => roles.includes('manager')).map(({ id, name }) => ({ id, name })),
    ...members.map(({ id, name }) => ({ id, name })),
  ];
  return [...new Map(named.map((one) => [one.id, one])).values()].toSorted((a, b) =>
    a.name.localeCompare(b.name, 'ru'),
  );
}

export type UploadRow = typeof managerUploads.$inferSelect;

export async function insertUpload(db: Db, row: UploadRow): Promise<void> {
  await db.insert(managerUploads).values(row);
}

/** By the hash of its token: the token itself proves the organisation. */
export async function findUpload(db: Db, tokenHash: string): Promise<UploadRow | undefined> {
  const [row] = await db.select().from(managerUploads).where(eq(managerUploads.tokenHash, tokenHash));
  return row;
}

export async function findUploadByKey(db: Db, tenant: Tenant, fileKey: string): Promise<UploadRow | undefined> {
  const [row] = await db
    .select()
    .from(managerUploads)
    .where(and(eq(managerUploads.organizationId, tenant.organizationId), eq(managerUploads.fileKey, fileKey)));
  return row;
}

export async function noteUploaded(db: Db, fileKey: string, blobId: string): Promise<void> {
  await db.update(managerUploads).set({ blobId }).where(eq(managerUploads.fileKey, fileKey));
}

/** Leave to upload, and what came of it, that is older than anybody waits. */
export async function purgeUploads(db: Db, before: number): Promise<void> {
  await db.delete(managerUploads).where(sql`${managerUploads.expiresAt} < ${before}::bigint`);
}
