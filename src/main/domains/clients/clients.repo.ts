import { count, desc, eq, inArray, type SQL } from 'drizzle-orm';
import type { Reader } from '#main/db/db.ts';
import type { ClientCard, ClientStatus, ClientTab } from '#shared/clients/clients.schema.ts';
import { clients } from './clients.tables.ts';

type ClientRow = typeof clients.$inferSelect;

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
  return db.select().from(clients).where(wanted).orderBy(desc(clients.updatedAt)).limit(limit).all().map(toCard);
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

const toCard = (row: ClientRow): ClientCard => ({
  id: row.id,
  name: row.name,
  status: row.status as ClientStatus,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  ...(row.phone === null ? {} : { phone: row.phone }),
  ...(row.registrationAddress === null ? {} : { registrationAddress: row.registrationAddress }),
  ...(row.assignedTo === null ? {} : { assignedTo: row.assignedTo }),
});
