/** SQL of contracts. Rows that devices see are written through `sync/rows.writer.ts`. */
import { and, asc, desc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { Appliance } from '#shared/clients/appliances.schema.ts';
import { Client } from '#shared/clients/clients.schema.ts';
import { Passport } from '#shared/clients/passport.schema.ts';
import { Tariff } from '#shared/clients/tariff.schema.ts';
import { type AuditLink, Contract, Invoice } from '#shared/contracts/contracts.schema.ts';
import type { ClientFile } from '#shared/contracts/snapshot.rules.ts';
import type { WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { entities } from '../../sync/sync.tables.ts';
import { fiscalDevices } from '../fiscal/fiscal.tables.ts';
import { contractCodes, contractDays, contractPapers, invoicePayments, invoiceReceipts } from './contracts.tables.ts';

const WAITING_RECEIPTS = 100;

export type PaperRow = typeof contractPapers.$inferSelect;
export type InvoicePaymentRow = typeof invoicePayments.$inferSelect;
export type InvoiceReceiptRow = typeof invoiceReceipts.$inferSelect;

const row = (tenant: Tenant, type: string) =>
  and(eq(entities.organizationId, tenant.organizationId), eq(entities.type, type), eq(entities.deleted, false));
const ofClient = (clientId: string) => sql`${entities.fields}->>'clientId' = ${clientId}`;

async function findRow(db: Db | Tx, tenant: Tenant, type: string, id: string): Promise<unknown> {
  const [found] = await db
    .select({ fields: entities.fields })
    .from(entities)
    .where(and(row(tenant, type), eq(entities.id, id)));
  return found?.fields ?? undefined;
}

async function listRows(db: Db | Tx, tenant: Tenant, type: string, clientId: string): Promise<readonly unknown[]> {
  const found = await db
    .select({ fields: entities.fields })
    .from(entities)
    .where(and(row(tenant, type), ofClient(clientId)));
  return found.map(({ fields }) => fields);
}

/** A client's own row, and where it lives; held until the end of the transaction: acts on one client come one by one. */
export async function lockClient(tx: Tx, tenant: Tenant, id: string): Promise<Client | undefined> {
  const [found] = await tx
    .select({ fields: entities.fields })
    .from(entities)
    .where(and(row(tenant, 'client'), eq(entities.id, id)))
    .for('update');
  return found === undefined ? undefined : Client.parse(found.fields);
}

export async function findClient(db: Db | Tx, tenant: Tenant, id: string): Promise<Client | undefined> {
  const found = await findRow(db, tenant, 'client', id);
  return found === undefined ? undefined : Client.parse(found);
}

/** What a contract of this client is made from. */
export async function readFile(
  db: Db | Tx,
  tenant: Tenant,
  client: Client,
): Promise<ClientFile & { photos: ReadonlyMap<string, readonly string[]> }> {
  const passport = await findRow(db, tenant, 'passport', client.id);
  const tariff = client.tariffId === undefined ? undefined : await findRow(db, tenant, 'tariff', client.tariffId);
  const appliances = (await listRows(db, tenant, 'appliance', client.id)).map((one) => Appliance.parse(one));
  return {
    client,
    passport: passport === undefined ? undefined : Passport.parse(passport),
    tariff: tariff === undefined ? undefined : Tariff.parse(tariff),
    appliances,
    photos: new Map(appliances.map(({ id, photos }) => [id, photos])),
  };
}

/** Newest first. */
export const listContracts = async (db: Db | Tx, tenant: Tenant, clientId: string): Promise<Contract[]> =>
  (await listRows(db, tenant, 'contract', clientId))
    .map((one) => Contract.parse(one))
    .toSorted((a, b) => b.version - a.version);

/** Newest first. */
export const listInvoices = async (db: Db | Tx, tenant: Tenant, clientId: string): Promise<Invoice[]> =>
  (await listRows(db, tenant, 'invoice', clientId))
    .map((one) => Invoice.parse(one))
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));

export async function findContract(db: Db | Tx, tenant: Tenant, id: string): Promise<Contract | undefined> {
  const found = await findRow(db, tenant, 'contract', id);
  return found === undefined ? undefined : Contract.parse(found);
}

/** Every contract there is whose PDF has this hash, and those that are called so: for whoever proves a file. */
export async function findProvable(
  db: Db,
  { sha256, number }: { readonly sha256: string; readonly number: string | undefined },
): Promise<readonly (Contract & Tenant)[]> {
  const isNamed = number === undefined ? sql`false` : sql`${entities.fields}->>'number' = ${number}`;
  const found = await db
    .select({ fields: entities.fields, organizationId: entities.organizationId })
    .from(entities)
    .where(
      and(
        eq(entities.type, 'contract'),
        eq(entities.deleted, false),
        sql`(${entities.fields}->>'pdfSha256' = ${sha256} OR ${isNamed})`,
      ),
    );
  return found.map(({ fields, organizationId }) => ({ ...Contract.parse(fields), organizationId }));
}

/** The next place of a day; one that is not used after all stays empty. */
export async function nextPlace(tx: Tx, { organizationId }: Tenant, day: string): Promise<number> {
  const [raised] = await tx
    .insert(contractDays)
    .values({ organizationId, day, last: 1 })
    .onConflictDoUpdate({
      target: [contractDays.organizationId, contractDays.day],
      set: { last: sql`${contractDays.last} + 1` },
    })
    .returning({ last: contractDays.last });
  if (raised === undefined) throw new Error('a day of contracts has no counter');
  return raised.last;
}

/** Papers of the client with these contents, begun on this day; newest first. */
export const findPapers = (
  tx: Tx,
  tenant: Tenant,
  of: { readonly clientId: string; readonly snapshotHash: string; readonly day: string },
): Promise<PaperRow[]> =>
  tx
    .select()
    .from(contractPapers)
    .where(
      and(
        eq(contractPapers.organizationId, tenant.organizationId),
        eq(contractPapers.clientId, of.clientId),
        eq(contractPapers.snapshotHash, of.snapshotHash),
        eq(contractPapers.day, of.day),
      ),
    );

export async function insertPaper(tx: Tx, paper: PaperRow): Promise<void> {
  await tx.insert(contractPapers).values(paper);
}

export interface StoredCode {
  readonly nth: number;
  readonly hmac: string | null;
}

export async function findCode(tx: Tx, contractId: string): Promise<StoredCode | undefined> {
  const [found] = await tx
    .select({ nth: contractCodes.nth, hmac: contractCodes.hmac })
    .from(contractCodes)
    .where(eq(contractCodes.contractId, contractId))
    .for('update');
  return found;
}

export async function saveCode(
  tx: Tx,
  { organizationId }: Tenant,
  contractId: string,
  code: StoredCode,
): Promise<void> {
  await tx
    .insert(contractCodes)
    .values({ contractId, organizationId, ...code })
    .onConflictDoUpdate({ target: contractCodes.contractId, set: code });
}

export async function insertInvoicePayment(tx: Tx, payment: InvoicePaymentRow): Promise<void> {
  await tx.insert(invoicePayments).values(payment);
}

export const listOpenPayments = (db: Db | Tx, invoiceId?: string): Promise<InvoicePaymentRow[]> =>
  db
    .select()
    .from(invoicePayments)
    .where(
      and(
        eq(invoicePayments.state, 'open'),
        invoiceId === undefined ? undefined : eq(invoicePayments.invoiceId, invoiceId),
      ),
    )
    .orderBy(asc(invoicePayments.createdAt));

/** Whether nobody has done with it yet; held until the end of the transaction. */
export async function lockOpenPayment(tx: Tx, id: string): Promise<boolean> {
  const [found] = await tx
    .select({ id: invoicePayments.id })
    .from(invoicePayments)
    .where(and(eq(invoicePayments.id, id), eq(invoicePayments.state, 'open')))
    .for('update');
  return found !== undefined;
}

export async function endInvoicePayment(db: Db | Tx, id: string, state: 'settled' | 'over'): Promise<void> {
  await db
    .update(invoicePayments)
    .set({ state })
    .where(and(eq(invoicePayments.id, id), eq(invoicePayments.state, 'open')));
}

export async function insertReceipt(tx: Tx, receipt: InvoiceReceiptRow): Promise<void> {
  await tx.insert(invoiceReceipts).values(receipt);
}

/** Those that were promised first come first. */
export const listWaitingReceipts = (db: Db): Promise<InvoiceReceiptRow[]> =>
  db
    .select()
    .from(invoiceReceipts)
    .where(isNull(invoiceReceipts.queuedAt))
    .orderBy(asc(invoiceReceipts.id))
    .limit(WAITING_RECEIPTS);

/** Another register prints it: the one that was chosen is out of service. */
export async function moveReceipt(tx: Tx, id: string, task: WireFiscalTask): Promise<void> {
  await tx
    .update(invoiceReceipts)
    .set({ task })
    .where(and(eq(invoiceReceipts.id, id), isNull(invoiceReceipts.queuedAt)));
}

export async function findRegisterShop(tx: Tx, tenant: Tenant, id: string): Promise<string | undefined> {
  const [found] = await tx
    .select({ shopId: fiscalDevices.shopId })
    .from(fiscalDevices)
    .where(and(eq(fiscalDevices.organizationId, tenant.organizationId), eq(fiscalDevices.id, id)));
  return found?.shopId ?? undefined;
}

export async function noteQueued(db: Db, ids: readonly string[], at: number): Promise<void> {
  await db
    .update(invoiceReceipts)
    .set({ queuedAt: at })
    .where(inArray(invoiceReceipts.id, [...ids]));
}

/** The register that prints for a shop: the first of those in service. */
export async function findShopRegister(
  tx: Tx,
  tenant: Tenant,
  shopId: string,
): Promise<typeof fiscalDevices.$inferSelect | undefined> {
  const [found] = await tx
    .select()
    .from(fiscalDevices)
    .where(
      and(
        eq(fiscalDevices.organizationId, tenant.organizationId),
        eq(fiscalDevices.shopId, shopId),
        isNull(fiscalDevices.archivedAt),
      ),
    )
    .orderBy(asc(fiscalDevices.createdAt), asc(fiscalDevices.id))
    .limit(1);
  return found;
}

/** The row of an act that was just written to the audit, with the hash before it. In the transaction that wrote it. */
export async function readAuditLink(
  tx: Tx,
  { organizationId }: Tenant,
  of: { readonly event: string; readonly entityId: string },
): Promise<AuditLink> {
  const mine = eq(auditLog.organizationId, organizationId);
  const [written] = await tx
    .select()
    .from(auditLog)
    .where(and(mine, eq(auditLog.event, of.event), eq(auditLog.entityId, of.entityId)))
    .orderBy(desc(auditLog.seq))
    .limit(1);
  if (written === undefined) throw new Error('an act is not in the audit of its own transaction');
  const [before] = await tx
    .select({ hash: auditLog.hash })
    .from(auditLog)
    .where(and(mine, lte(auditLog.seq, written.seq - 1)))
    .orderBy(desc(auditLog.seq))
    .limit(1);
  return { ...written, details: { ...written.details }, previous: before?.hash ?? '' };
}
