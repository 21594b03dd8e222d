import { and, count, desc, eq, inArray, isNull, min, type SQL } from 'drizzle-orm';
import type { Reader } from '#main/db/db.ts';
import {
  type Client,
  type ClientCard,
  ClientField,
  type ClientStatus,
  type ClientTab,
} from '#shared/clients/clients.schema.ts';
import type { FieldConflict } from '#shared/sync/conflict.schema.ts';
import { clients, fieldConflicts } from './clients.tables.ts';

/** SM-5: which clients a tab shows. `mine` is anybody's status, but one person's. */
const STATUSES: Readonly<Record<Exclude<ClientTab, 'mine'>, readonly ClientStatus[]>> = {
  new: ['new'],
  in_work: ['in_verification', 'awaiting_contract', 'awaiting_payment'],
  processed: ['processed'],
};

const inTab = (tab: Exclude<ClientTab, 'mine'>): SQL => inArray(clients.status, [...STATUSES[tab]]);

/** Cards of a tab, most recently changed first. `memberId` is whose `mine` is; nobody's has no cards. */
export function listTab(db: Reader, tab: ClientTab, memberId: string | undefined, limit: number): ClientCard[] {
  if (tab === 'mine' && memberId === undefined) return [];
  const wanted = tab === 'mine' ? eq(clients.assignedTo, memberId ?? '') : inTab(tab);
  const rows = db
    .select({ fields: clients.fields })
    .from(clients)
    .where(wanted)
    .orderBy(desc(clients.updatedAt))
    .limit(limit)
    .all();
  const open = openFields(db);
  return rows.map(({ fields }) => toCard(fields, open.get(fields.id) ?? []));
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

/** Conflicts of a client that nobody has settled, in no particular order. */
export const listConflicts = (db: Reader, id: string): FieldConflict[] =>
  db
    .select({ fields: fieldConflicts.fields })
    .from(fieldConflicts)
    .where(and(eq(fieldConflicts.entityId, id), isNull(fieldConflicts.resolvedAt)))
    .all()
    .map(({ fields }) => fields);

/** Files with unsettled conflicts, the one that waits longest first. */
export const listDisputed = (db: Reader, limit: number): { id: string; name: string }[] =>
  db
    .select({ fields: clients.fields })
    .from(fieldConflicts)
    .innerJoin(clients, eq(clients.id, fieldConflicts.entityId))
    .where(isNull(fieldConflicts.resolvedAt))
    .groupBy(clients.id)
    .orderBy(min(fieldConflicts.ver))
    .limit(limit)
    .all()
    .map(({ fields: { id, name } }) => ({ id, name }));

/** Fields in conflict by client. There are never many: somebody is asked about each. */
function openFields(db: Reader): Map<string, ClientField[]> {
  const open = new Map<string, ClientField[]>();
  const rows = db
    .select({ fields: fieldConflicts.fields })
    .from(fieldConflicts)
    .where(isNull(fieldConflicts.resolvedAt));
  for (const { fields } of rows.all()) {
    const field = ClientField.safeParse(fields.field);
    if (field.success) open.set(fields.entityId, [...(open.get(fields.entityId) ?? []), field.data]);
  }
  return open;
}

const toCard = (client: Client, conflicts: readonly ClientField[]): ClientCard => ({
  id: client.id,
  name: client.name,
  tags: client.tags,
  status: client.status,
  createdAt: client.createdAt,
  updatedAt: client.updatedAt,
  conflicts: [...conflicts],
  ...(client.phone === undefined ? {} : { phone: client.phone }),
  ...(client.registrationAddress === undefined ? {} : { registrationAddress: client.registrationAddress }),
  ...(client.assignedTo === undefined ? {} : { assignedTo: client.assignedTo }),
});
