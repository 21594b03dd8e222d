import { count, eq, sql } from 'drizzle-orm';
import type { Db, Reader } from '#main/db/db.ts';
import type { Client, ClientCard, ClientStatus, ClientTab } from '#shared/clients/clients.schema.ts';
import { clients } from './clients.tables.ts';
import { countAppliances } from './file.repo.ts';
import type { Among } from './roster.repo.ts';

/** SM-5: which clients a tab shows. `mine` is anybody's status, but one person's. */
const STATUSES: Readonly<Record<Exclude<ClientTab, 'mine'>, readonly ClientStatus[]>> = {
  new: ['new'],
  in_work: ['in_verification', 'awaiting_contract', 'awaiting_payment'],
  processed: ['processed'],
};

/** Whose files a tab has; undefined: nobody's, for nobody is signed in. */
export function amongTab(tab: ClientTab, memberId: string | undefined): Among | undefined {
  if (tab !== 'mine') return { statuses: STATUSES[tab] };
  return memberId === undefined ? undefined : { memberId };
}

/** Ids of the most recently changed. One state at a time, for the index then gives them in order and no document is read. */
export function listIds(db: Db, among: Among, limit: number): string[] {
  const walk = (column: 'status' | 'assigned_to', value: string) =>
    db.all<{ readonly id: string; readonly at: number }>(
      sql`SELECT id, updated_at AS at FROM ${clients} WHERE ${sql.raw(column)} = ${value} ORDER BY updated_at DESC LIMIT ${limit}`,
    );
  const found =
    'memberId' in among
      ? walk('assigned_to', among.memberId)
      : among.statuses.flatMap((status) => walk('status', status));
  return found
    .toSorted((a, b) => b.at - a.at)
    .slice(0, limit)
    .map(({ id }) => id);
}

/** Cards in the order of the ids. */
export function listCards(db: Db, ids: readonly string[]): ClientCard[] {
  const rows = db.all<{ readonly id: string; readonly fields: string }>(
    sql`SELECT id, fields FROM ${clients} WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
  );
  const known = new Map(rows.map(({ id, fields }) => [id, JSON.parse(fields) as Client]));
  const open = openFields(db);
  const appliances = countAppliances(db, ids);
  return ids.flatMap((id) => {
    const client = known.get(id);
    return client === undefined ? [] : [toCard(client, open.get(id) ?? [], appliances.get(id) ?? 0)];
  });
}

/** How many clients each tab has. */
export function countTabs(db: Reader, memberId: string | undefined): Record<ClientTab, number> {
  const byStatus = new Map(
    db
      .select({ status: clients.status, clients: count() })
      .from(clients)
      .groupBy(clients.status)
      .all()
      .map((row) => [row.status, row.clients]),
  );
  const sum = (tab: Exclude<ClientTab, 'mine'>) =>
    STATUSES[tab].reduce((total, status) => total + (byStatus.get(status) ?? 0), 0);
  const mine =
    memberId === undefined
      ? undefined
      : db.select({ clients: count() }).from(clients).where(eq(clients.assignedTo, memberId)).get();
  return { new: sum('new'), in_work: sum('in_work'), processed: sum('processed'), mine: mine?.clients ?? 0 };
}

export const findClient = (db: Reader, id: string): Client | undefined =>
  db.select({ fields: clients.fields }).from(clients).where(eq(clients.id, id)).get()?.fields;

/** Open conflicts with the client whose file they are in: an appliance's are under its own id. */
const OPEN = sql`SELECT coalesce(appliances.client_id, open.entity_id) AS client_id, open.field AS field, open.ver AS ver
  FROM (SELECT entity_id, fields ->> 'field' AS field, ver FROM field_conflicts WHERE resolved_at IS NULL) AS open
  LEFT JOIN appliances ON appliances.id = open.entity_id`;

/** Files with unsettled conflicts, the one that waits longest first. */
export const listDisputed = (db: Db, limit: number): { id: string; name: string }[] =>
  db.all(
    sql`SELECT clients.id AS id, clients.fields ->> 'name' AS name FROM (${OPEN}) AS disputed
        JOIN clients ON clients.id = disputed.client_id GROUP BY clients.id ORDER BY min(disputed.ver) LIMIT ${limit}`,
  );

/** Fields in conflict by client. There are never many: somebody is asked about each. */
function openFields(db: Db): Map<string, string[]> {
  const open = new Map<string, string[]>();
  for (const row of db.all<{ readonly client_id: string; readonly field: string }>(OPEN)) {
    open.set(row.client_id, [...(open.get(row.client_id) ?? []), row.field]);
  }
  return open;
}

const toCard = (client: Client, conflicts: readonly string[], applianceCount: number): ClientCard => ({
  id: client.id,
  name: client.name,
  tags: client.tags,
  status: client.status,
  createdAt: client.createdAt,
  updatedAt: client.updatedAt,
  applianceCount,
  conflicts: [...conflicts],
  ...(client.phone === undefined ? {} : { phone: client.phone }),
  ...(client.registrationAddress === undefined ? {} : { registrationAddress: client.registrationAddress }),
  ...(client.assignedTo === undefined ? {} : { assignedTo: client.assignedTo }),
});
