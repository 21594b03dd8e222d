import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '#node/sha256.ts';
import type { OpenDb } from '#server/db/db.ts';
import { createTestDb } from '#server/db/test-db.ts';
import { rowDigest, xorDigests } from '#shared/sync/digest.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { readHeads } from './entities.repo.ts';
import { writeRows } from './rows.writer.ts';

const ORG = '0190a000-0000-7000-8000-00000000000a';
const SCOPE = shopScope('0190a000-0000-7000-8000-00000000000b');
const item = (n: number, name: string): Extract<RowPut, { type: 'catalogue_item' }> => ({
  type: 'catalogue_item',
  id: `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  scope: SCOPE,
  fields: {
    id: `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    sku: `sku-${n}`,
    name,
    category: 'Автохимия',
    priceMinor: 48_000,
    vat: 'vat20',
    paymentObject: 'commodity',
    unit: 'piece',
    favourite: false,
    active: true,
  },
});

let opened: OpenDb;
beforeEach(async () => {
  opened = await createTestDb();
});
afterEach(() => opened.close());

const write = (puts: readonly RowPut[], now = 1000) => opened.db.transaction((tx) => writeRows(tx, ORG, puts, now));
const versions = async () => {
  const { rows } = await opened.db.execute<{ id: string; ver: number; deleted: boolean }>(
    sql`SELECT right(id, 1) AS id, ver, deleted FROM entities ORDER BY id`,
  );
  return rows;
};

test('each row gets its own version, and a row that says the same keeps the one it had', async () => {
  expect(await write([item(1, 'Свеча'), item(2, 'Масло')])).toEqual({ heads: { [SCOPE]: 2 } });
  expect(await write([item(1, 'Свеча'), item(2, 'Масло 5W-30'), item(3, 'Фильтр')])).toEqual({ heads: { [SCOPE]: 4 } });
  expect(await versions()).toEqual([
    { id: '1', ver: 1, deleted: false },
    { id: '2', ver: 3, deleted: false },
    { id: '3', ver: 4, deleted: false },
  ]);
  expect(await write([item(3, 'Фильтр')])).toEqual({ heads: {} });
});

test('the digest is of the live rows, whatever the way to them', async () => {
  await write([item(1, 'Свеча'), item(2, 'Масло'), item(3, 'Фильтр')]);
  await write([item(1, 'Свеча зажигания'), { ...item(2, ''), fields: null }]);
  const [head] = await readHeads(opened.db, [SCOPE]);
  expect(head?.digest).toBe(
    xorDigests(rowDigest(sha256, item(1, 'Свеча зажигания')), rowDigest(sha256, item(3, 'Фильтр'))),
  );
});

test('a dead row stays dead, and no row moves to another scope', async () => {
  await write([item(1, 'Свеча'), item(2, 'Масло')]);
  await write([{ ...item(1, ''), fields: null }]);
  await expect(write([item(1, 'Свеча')])).rejects.toMatchObject({ code: 'sync.deleted' });
  expect(await write([{ ...item(1, ''), fields: null }])).toEqual({ heads: {} });
  await expect(write([{ ...item(2, 'Масло'), scope: shopScope('other') }])).rejects.toMatchObject({
    code: 'sync.scope_denied',
  });
});
