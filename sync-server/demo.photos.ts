/**
 * Photo orders of the demonstration: paid, with their receipts, for its partner to print. They stand for what a kiosk did
 * before anybody looked, so their numbers are the day's first.
 */
import { createHash } from 'node:crypto';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import type { BlobStore } from './blobs/blob-store.port.ts';
import { insertBlob } from './blobs/blobs.repo.ts';
import type { Tx } from './db/db.ts';
import { DEMO_PHOTO_ORDERS } from './demo.data.ts';
import { writeRows } from './sync/rows.writer.ts';

export interface DemoPhotos {
  readonly store: BlobStore;
  /** JPEGs; they are taken in turn. */
  readonly pictures: readonly Uint8Array[];
}

export interface DemoKiosk {
  readonly organizationId: string;
  readonly shopId: string;
  readonly deviceId: string;
  readonly fiscalDeviceId: string;
}

const MINUTE_MS = 60_000;

export async function seedDemoPhotos(
  tx: Tx,
  { now, newId }: { readonly now: () => number; readonly newId: NewId },
  kiosk: DemoKiosk,
  { store, pictures }: DemoPhotos,
): Promise<void> {
  const ids: string[] = [];
  for (const bytes of pictures) ids.push(await keep(tx, store, kiosk.organizationId, bytes, now()));
  const puts = DEMO_PHOTO_ORDERS.flatMap((sample, index) =>
    rowsOf(
      { ...sample, index, imageId: ids[index % ids.length], at: now() - sample.minutesAgo * MINUTE_MS },
      kiosk,
      newId,
    ),
  );
  await writeRows(tx, kiosk.organizationId, puts, now());
}

async function keep(tx: Tx, store: BlobStore, organizationId: string, bytes: Uint8Array, now: number): Promise<string> {
  const id = createHash('sha256').update(bytes).digest('hex');
  const key = { organizationId, id };
  if (bytes.length > CHUNK_BYTES) throw new Error('a picture of the demonstration is one chunk');
  await store.writePart(key, 0, bytes);
  const chunks = await store.publish(key, bytes.length, [{ offset: 0, length: bytes.length }]);
  if (chunks === undefined) throw new Error('a picture of the demonstration did not reach the store');
  const about = { kind: 'photo', mediaType: 'image/jpeg', size: bytes.length, state: 'durable' } as const;
  await insertBlob(tx, { ...key, ...about, received: bytes.length, parts: [], chunks, createdAt: now, updatedAt: now });
  return id;
}

interface Sample {
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
  readonly printed: boolean;
  readonly index: number;
  readonly imageId: string | undefined;
  /** Unix ms. */
  readonly at: number;
}

function rowsOf({ name, email, phone, printed, index, imageId, at }: Sample, kiosk: DemoKiosk, newId: NewId): RowPut[] {
  const { shopId, deviceId, fiscalDeviceId } = kiosk;
  const scope = shopScope(shopId);
  const totalMinor = 25_000;
  const order: Order = {
    id: newId(),
    shopId,
    deviceId,
    number: `K-${String(index + 1).padStart(4, '0')}`,
    origin: 'kiosk',
    status: 'paid',
    printStatus: printed ? 'printed' : 'new',
    lines: [
      {
        name: 'Фото автомобиля с печатью',
        priceMinor: totalMinor,
        quantityMilli: 1000,
        totalMinor,
        vat: 'vat22',
        paymentObject: 'service',
        unit: 'piece',
      },
    ],
    totalMinor,
    currency: 'RUB',
    customer: { name, ...(email === undefined ? {} : { email }), ...(phone === undefined ? {} : { phone }) },
    createdAt: at,
    paidAt: at + MINUTE_MS,
    ...(printed ? { printedAt: at + 2 * MINUTE_MS } : {}),
    ...(imageId === undefined ? {} : { imageId }),
  };
  const [paymentId, recordId] = [newId(), newId()];
  const money = { orderId: order.id, shopId, deviceId, amountMinor: totalMinor, confirmedAt: at + MINUTE_MS };
  return [
    { type: 'order', id: order.id, scope, fields: order },
    {
      type: 'payment',
      id: paymentId,
      scope,
      fields: { id: paymentId, ...money, kind: 'payment', method: 'psp', provider: 'dev', currency: 'RUB' },
    },
    {
      type: 'fiscal_record',
      id: recordId,
      scope,
      fields: {
        id: recordId,
        type: 'sale',
        fiscalDeviceId,
        deviceId,
        shopId,
        orderId: order.id,
        status: 'done',
        totalMinor,
        operator: { name: 'Киоск 1' },
        document: {
          fiscalDocumentNumber: index + 1,
          fiscalSign: String(1_000_000_007 + index * 7919),
          fnNumber: '9999078902009999',
          registrationNumber: '0000000001000001',
          kktSerial: '00106700000009',
          shiftNumber: 1,
          receiptNumber: index + 1,
          fiscalAt: at + MINUTE_MS,
          totalMinor,
          shiftAutoOpened: false,
          printed: true,
        },
        createdAt: at + MINUTE_MS,
        updatedAt: at + MINUTE_MS,
      },
    },
  ];
}
