import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendAudit } from '#server/auth/audit.repo.ts';
import { insertOrganization } from '#server/auth/users.repo.ts';
import { openDb } from '#server/db/db.ts';
import { TEST_MIGRATIONS } from '#server/db/test-db.ts';
import { readAuditLink } from '#server/features/contracts/contracts.repo.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { Contract } from '#shared/contracts/contracts.schema.ts';
import { main } from './prilavok.ts';

const id = (n: number) => `0198f000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const SECRET = 'a secret of the test';
const BYTES = Buffer.from('%PDF-1.7 a contract');
const HASH = createHash('sha256').update(BYTES).digest('hex');
const AT = Date.UTC(2025, 9, 15, 12);

let folder: string;
let said: string[];
let complaints: string[];

const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<number> => {
  said = [];
  complaints = [];
  process.exitCode = 0;
  await main(['contract', 'verify', ...args], env, {
    print: (line: string) => void said.push(line),
    complain: (line: string) => void complaints.push(line),
  } as never);
  const code = Number(process.exitCode);
  process.exitCode = 0;
  return code;
};

/** A contract that a server has signed, as it and a device keep it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-contract-'));
  const opened = await openDb({
    dataDir: join(folder, 'server'),
    databaseUrl: undefined,
    migrationsDir: TEST_MIGRATIONS,
  });
  const tenant = { organizationId: id(1) };
  const hmac = createHmac('sha256', SECRET).update(HASH).digest('hex');
  const row = await opened.db.transaction(async (tx) => {
    await insertOrganization(tx, {
      id: id(1),
      name: 'Автомаркет',
      inn: '7707083893',
      timeZone: 'Europe/Moscow',
      currency: 'RUB',
      taxationSystem: 'osn',
      createdAt: 1,
    });
    const actor = { kind: 'user', id: id(5) } as const;
    await appendAudit(tx, tenant, { at: 1, event: 'LOGIN_OK', actor, entity: { type: 'user', id: id(5) } });
    const details = { pdfSha256: HASH, hmac };
    const entity = { type: 'contract', id: id(2) };
    await appendAudit(tx, tenant, { at: AT, event: 'CONTRACT_SIGNED', actor, entity, details, ip: '10.0.0.1' });
    const trail = await readAuditLink(tx, tenant, { event: 'CONTRACT_SIGNED', entityId: id(2) });
    const signature = {
      signedAt: AT,
      pepAgreedAt: AT,
      hash: HASH,
      hmac,
      ip: '10.0.0.1',
      userAgent: 'x',
      memberId: id(5),
      trail,
    };
    const fields: Contract = {
      id: id(2),
      shopId: id(3),
      clientId: id(4),
      number: 'ПЕ-251015-01',
      version: 1,
      status: 'signed',
      createdAt: AT,
      snapshotHash: 'a'.repeat(64),
      photosHash: 'a'.repeat(64),
      fileId: 'b'.repeat(64),
      pdfSha256: HASH,
      appliances: [],
      tariff: { id: id(6), name: 'Базовый', baseFeeMinor: 0, extraPerApplianceMinor: 0 },
      totalMinor: 0,
      dueMinor: 0,
      signature,
    };
    await writeRows(tx, id(1), [{ type: 'contract', id: id(2), scope: `shop:${id(3)}`, fields }], AT);
    return Contract.parse(fields);
  });
  await opened.close();
  const device = new Database(join(folder, 'device.db'));
  device.exec(
    `CREATE TABLE contracts (fields TEXT, pdf_sha256 TEXT GENERATED ALWAYS AS (json_extract(fields, '$.pdfSha256')))`,
  );
  device.prepare('INSERT INTO contracts (fields) VALUES (?)').run(JSON.stringify(row));
  device.close();
  writeFileSync(join(folder, 'contract.pdf'), BYTES);
  const tampered = Buffer.from(BYTES);
  tampered[10] = (tampered[10] ?? 0) ^ 1;
  writeFileSync(join(folder, 'tampered.pdf'), tampered);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('AM-21 a device proves a file with no network and no secret, and one with another byte is HASH_MISMATCH', async () => {
  const device = ['--device', folder];
  expect(await run([join(folder, 'contract.pdf'), ...device])).toBe(0);
  expect(said.join('\n')).toContain('ПЕ-251015-01 was signed at 2025-10-15T12:00:00.000Z');
  expect(said.join('\n')).toContain('HMAC unknown, audit row whole');
  expect(await run([join(folder, 'contract.pdf'), ...device], { CONTRACT_SIGNATURE_SECRET: SECRET })).toBe(0);
  expect(said.join('\n')).toContain('HMAC right');
  expect(await run([join(folder, 'contract.pdf'), ...device], { CONTRACT_SIGNATURE_SECRET: 'another secret' })).toBe(1);
  expect(complaints.join('\n')).toContain('HMAC_MISMATCH');
  expect(await run([join(folder, 'tampered.pdf'), ...device])).toBe(1);
  expect(complaints.join('\n')).toContain('HASH_MISMATCH');
});

test('a server walks its audit too; a changed row of a device is said to be broken', async () => {
  const server = ['--data-dir', join(folder, 'server')];
  expect(await run([join(folder, 'contract.pdf'), ...server], { CONTRACT_SIGNATURE_SECRET: SECRET })).toBe(0);
  expect(said.join('\n')).toContain('HMAC right, audit chain whole');
  expect(await run([join(folder, 'tampered.pdf'), ...server])).toBe(1);
  const device = new Database(join(folder, 'device.db'));
  device.exec(`UPDATE contracts SET fields = json_set(fields, '$.signature.trail.ip', '10.0.0.2')`);
  device.close();
  expect(await run([join(folder, 'contract.pdf'), '--device', folder])).toBe(1);
  expect(complaints.join('\n')).toContain('AUDIT_BROKEN');
  expect(await run([])).toBe(2);
});
