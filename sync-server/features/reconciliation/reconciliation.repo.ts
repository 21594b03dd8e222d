/** Everything of the orders that a day touches: their money, documents and payments at the provider, of all days. */
import { and, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { Order } from '#shared/orders/orders.schema.ts';
import { Payment } from '#shared/payments/payments.schema.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { entities } from '../../sync/sync.tables.ts';
import { fiscalDevices, fiscalTasks } from '../fiscal/fiscal.tables.ts';
import { pspPayments } from '../payments/payments.tables.ts';

const readPayment = z.object(Payment.shape);
const readRecord = z.object(FiscalRecord.shape);
const readNumber = z.object({ id: Order.shape.id, number: Order.shape.number });

const DAY_MS = 86_400_000;
/** Parameters of one statement are limited. */
const CHUNK = 1000;

type Type = 'order' | 'payment' | 'fiscal_record';
const of = (tenant: Tenant, type: Type): SQL =>
  // The type as a constant: a parameter would hide from the planner that a partial index fits.
  sql`${entities.organizationId} = ${tenant.organizationId} AND ${sql.raw(`type = '${type}' AND NOT deleted`)}`;

/** Of one that a person said to be printed there is no document. */
const MADE_AT = sql`COALESCE((fields->'document'->>'fiscalAt')::bigint, (fields->>'updatedAt')::bigint)`;

interface Between {
  readonly from: number;
  readonly to: number;
}

async function read<T>(db: Db, where: SQL | undefined, schema: z.ZodType<T>): Promise<T[]> {
  const rows = await db.select({ fields: entities.fields }).from(entities).where(where);
  return rows.map(({ fields }) => schema.parse(fields));
}

async function inChunks<T>(ids: readonly string[], run: (some: string[]) => Promise<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let start = 0; start < ids.length; start += CHUNK) found.push(...(await run(ids.slice(start, start + CHUNK))));
  return found;
}

export type PaidRow = typeof pspPayments.$inferSelect;
export interface QueueReceipt {
  readonly id: string;
  readonly type: 'sale' | 'refund';
  readonly shopId: string;
  readonly totalMinor: number;
  readonly createdAt: number;
  readonly completedAt: number;
}

export interface DayRows {
  readonly payments: readonly Payment[];
  readonly records: readonly FiscalRecord[];
  readonly provider: readonly PaidRow[];
  /** Receipts of the server's own queue that no device told of. */
  readonly queue: readonly QueueReceipt[];
  readonly numbers: ReadonlyMap<string, string>;
}

export async function readDay(db: Db, tenant: Tenant, { from, to }: Between): Promise<DayRows> {
  const mine = eq(pspPayments.organizationId, tenant.organizationId);
  const [payments, records, provider, queue] = await Promise.all([
    read(
      db,
      and(
        of(tenant, 'payment'),
        sql`(fields->>'confirmedAt')::bigint >= ${from} AND (fields->>'confirmedAt')::bigint < ${to}`,
      ),
      readPayment,
    ),
    read(
      db,
      and(
        of(tenant, 'fiscal_record'),
        // A document is told of after it was made, give or take the clock of its register.
        sql`(fields->>'updatedAt')::bigint >= ${from - DAY_MS}`,
        sql`${MADE_AT} >= ${from} AND ${MADE_AT} < ${to}`,
      ),
      readRecord,
    ),
    db
      .select()
      .from(pspPayments)
      .where(
        and(
          mine,
          or(
            and(gte(pspPayments.succeededAt, from), lt(pspPayments.succeededAt, to)),
            and(gte(pspPayments.refundedAt, from), lt(pspPayments.refundedAt, to)),
          ),
        ),
      ),
    readQueue(db, tenant, { from, to }),
  ]);
  const touched = new Set([
    ...payments.map(({ orderId }) => orderId),
    ...records.flatMap(({ orderId }) => orderId ?? []),
    ...provider.map(({ orderId }) => orderId),
  ]);
  const ids = [...touched];
  const ofOrders = <T>(type: Type, schema: z.ZodType<T>) =>
    inChunks(ids, (some) => read(db, and(of(tenant, type), inArray(sql`(fields->>'orderId')`, some)), schema));
  const [allPayments, allRecords, allPaid, orders] = await Promise.all([
    ofOrders('payment', readPayment),
    ofOrders('fiscal_record', readRecord),
    inChunks(ids, (some) =>
      db
        .select()
        .from(pspPayments)
        .where(and(mine, inArray(pspPayments.orderId, some))),
    ),
    inChunks(ids, (some) => read(db, and(of(tenant, 'order'), inArray(entities.id, some)), readNumber)),
  ]);
  const orderless = records.filter(({ orderId }) => orderId === undefined);
  return {
    payments: allPayments,
    records: [...allRecords, ...orderless],
    provider: allPaid,
    queue,
    numbers: new Map(orders.map(({ id, number }) => [id, number])),
  };
}

async function readQueue(db: Db, tenant: Tenant, { from, to }: Between): Promise<QueueReceipt[]> {
  const rows = await db
    .select({ task: fiscalTasks, shopId: fiscalDevices.shopId })
    .from(fiscalTasks)
    .innerJoin(
      fiscalDevices,
      and(
        eq(fiscalDevices.organizationId, fiscalTasks.organizationId),
        eq(fiscalDevices.id, fiscalTasks.fiscalDeviceId),
      ),
    )
    .where(
      and(
        eq(fiscalTasks.organizationId, tenant.organizationId),
        eq(fiscalTasks.status, 'done'),
        inArray(fiscalTasks.type, ['sale', 'refund']),
        gte(fiscalTasks.completedAt, from),
        lt(fiscalTasks.completedAt, to),
        sql`NOT EXISTS (SELECT 1 FROM ${entities} told
          WHERE told.type = 'fiscal_record' AND told.id = ${fiscalTasks.id} AND NOT told.deleted)`,
      ),
    );
  return rows.flatMap(({ task, shopId }) => {
    const { id, type, totalMinor, createdAt, completedAt } = task;
    if (shopId === null || completedAt === null || (type !== 'sale' && type !== 'refund')) return [];
    return [{ id, type, shopId, totalMinor, createdAt, completedAt }];
  });
}
