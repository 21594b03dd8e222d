import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { exchangeHoldings, exchangePreviews, exchangeTransactions, exchangeWallets } from './exchange.tables.ts';

export type WalletRow = typeof exchangeWallets.$inferSelect;
export type HoldingRow = typeof exchangeHoldings.$inferSelect;
export type TransactionRow = typeof exchangeTransactions.$inferSelect;
export type PreviewRow = typeof exchangePreviews.$inferSelect;

/** Whose wallet it is. */
export interface Owner extends Tenant {
  readonly userId: string;
}

const walletOf = ({ organizationId, userId }: Owner) =>
  and(eq(exchangeWallets.userId, userId), eq(exchangeWallets.organizationId, organizationId));
const holdingOf = ({ organizationId, userId }: Owner, assetId: string) =>
  and(
    eq(exchangeHoldings.userId, userId),
    eq(exchangeHoldings.organizationId, organizationId),
    eq(exchangeHoldings.assetId, assetId),
  );

export async function findWallet(db: Db | Tx, owner: Owner): Promise<WalletRow | undefined> {
  const [row] = await db.select().from(exchangeWallets).where(walletOf(owner));
  return row;
}

/** Held until the transaction ends: everything that moves this person's money comes through here. */
export async function lockWallet(tx: Tx, owner: Owner): Promise<WalletRow | undefined> {
  const [row] = await tx.select().from(exchangeWallets).where(walletOf(owner)).for('update');
  return row;
}

/** There is one afterwards. */
export async function ensureWallet(tx: Tx, { organizationId, userId }: Owner, createdAt: number): Promise<void> {
  await tx.insert(exchangeWallets).values({ userId, organizationId, cashMinor: 0, createdAt }).onConflictDoNothing();
}

export async function addCash(tx: Tx, owner: Owner, minor: number): Promise<void> {
  await tx
    .update(exchangeWallets)
    .set({ cashMinor: sql`${exchangeWallets.cashMinor} + ${minor}::bigint` })
    .where(walletOf(owner));
}

/** What there is some of, by the currency's name. */
export const listHoldings = (db: Db | Tx, { organizationId, userId }: Owner): Promise<HoldingRow[]> =>
  db
    .select()
    .from(exchangeHoldings)
    .where(
      and(
        eq(exchangeHoldings.userId, userId),
        eq(exchangeHoldings.organizationId, organizationId),
        sql`${exchangeHoldings.quantity} > 0`,
      ),
    )
    .orderBy(asc(exchangeHoldings.name));

export async function findHolding(db: Db | Tx, owner: Owner, assetId: string): Promise<HoldingRow | undefined> {
  const [row] = await db.select().from(exchangeHoldings).where(holdingOf(owner, assetId));
  return row;
}

export async function putHolding(tx: Tx, row: HoldingRow): Promise<void> {
  const { quantity, totalCostMinor, avgBuyPrice } = row;
  await tx
    .insert(exchangeHoldings)
    .values(row)
    .onConflictDoUpdate({
      target: [exchangeHoldings.userId, exchangeHoldings.assetId],
      set: { quantity, totalCostMinor, avgBuyPrice },
    });
}

export async function insertTransaction(tx: Tx, row: typeof exchangeTransactions.$inferInsert): Promise<void> {
  await tx.insert(exchangeTransactions).values(row);
}

/** The sale that this key has made. */
export async function findByKey(db: Db | Tx, owner: Owner, key: string): Promise<TransactionRow | undefined> {
  const [row] = await db
    .select()
    .from(exchangeTransactions)
    .where(
      and(
        eq(exchangeTransactions.userId, owner.userId),
        eq(exchangeTransactions.organizationId, owner.organizationId),
        eq(exchangeTransactions.idempotencyKey, key),
      ),
    );
  return row;
}

/** Newest first. */
export const listTransactions = (db: Db, { organizationId, userId }: Owner, limit: number): Promise<TransactionRow[]> =>
  db
    .select()
    .from(exchangeTransactions)
    .where(and(eq(exchangeTransactions.userId, userId), eq(exchangeTransactions.organizationId, organizationId)))
    .orderBy(desc(exchangeTransactions.at), desc(exchangeTransactions.id))
    .limit(limit);

export async function insertPreview(db: Db, row: Omit<PreviewRow, 'usedAt'>): Promise<void> {
  await db.insert(exchangePreviews).values(row);
}

export async function findPreview(db: Db | Tx, owner: Owner, id: string): Promise<PreviewRow | undefined> {
  const [row] = await db
    .select()
    .from(exchangePreviews)
    .where(
      and(
        eq(exchangePreviews.id, id),
        eq(exchangePreviews.userId, owner.userId),
        eq(exchangePreviews.organizationId, owner.organizationId),
      ),
    );
  return row;
}

export async function markPreviewUsed(tx: Tx, owner: Owner, id: string, at: number): Promise<void> {
  await tx
    .update(exchangePreviews)
    .set({ usedAt: at })
    .where(and(eq(exchangePreviews.id, id), eq(exchangePreviews.organizationId, owner.organizationId)));
}

export async function purgePreviews(db: Db, before: number): Promise<void> {
  await db.delete(exchangePreviews).where(lt(exchangePreviews.expiresAt, before));
}
