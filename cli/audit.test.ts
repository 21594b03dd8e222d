import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { appendAudit } from '#server/auth/audit.repo.ts';
import { insertOrganization } from '#server/auth/users.repo.ts';
import { type Db, openDb } from '#server/db/db.ts';
import { createTestDb } from '#server/db/test-db.ts';
import { verifyChains } from './audit.ts';
import { main } from './prilavok.ts';

const ORGANIZATION = '0198f000-0000-7000-8000-000000000001';

const begin = (db: Db) =>
  db.transaction((tx) =>
    insertOrganization(tx, {
      id: ORGANIZATION,
      name: 'Автомаркет',
      inn: '7707083893',
      timeZone: 'Europe/Moscow',
      currency: 'RUB',
      taxationSystem: 'osn',
      createdAt: 1,
    }),
  );
const append = (db: Db, at: number) =>
  db.transaction((tx) =>
    appendAudit(
      tx,
      { organizationId: ORGANIZATION },
      { at, event: 'LOGIN_OK', actor: { kind: 'user', id: `u${at}` }, entity: { type: 'user', id: `u${at}` } },
    ),
  );

test('a whole chain is said to be whole; a changed, a removed and a replaced row are named', async () => {
  const opened = await createTestDb();
  const { db } = opened;
  await begin(db);
  for (let at = 1; at <= 5; at += 1) await append(db, at);
  const look = async (anchor?: { seq: number; hash: string }) =>
    (await verifyChains(db, anchor === undefined ? [] : [{ organizationId: ORGANIZATION, ...anchor }]))[0];
  const whole = await look();
  expect(whole).toMatchObject({ name: 'Автомаркет', rows: 5, head: { seq: 5 } });
  expect(whole?.brokenAt).toBeUndefined();
  await append(db, 6);
  expect((await look(whole?.head))?.brokenAt).toBeUndefined();
  await db.execute(sql`UPDATE audit_log SET actor_id = 'somebody else' WHERE seq = 3`);
  expect((await look())?.brokenAt).toBe(3);
  await db.execute(sql`DELETE FROM audit_log WHERE seq = 2`);
  expect((await look())?.brokenAt).toBe(2);
  // Whoever makes the whole chain anew makes it hold together, but not with what was written down before.
  await db.execute(sql`DELETE FROM audit_log`);
  await db.execute(sql`DELETE FROM audit_heads`);
  for (let at = 11; at <= 16; at += 1) await append(db, at);
  expect((await look())?.brokenAt).toBeUndefined();
  expect((await look(whole?.head))?.brokenAt).toBe(5);
  expect((await look({ seq: 9, hash: 'f'.repeat(64) }))?.brokenAt).toBe(7);
  await opened.close();
});

test('`prilavok audit verify` tells of each chain, and ends with a fault and the first broken row', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'prilavok-audit-'));
  const opened = await openDb({ dataDir, migrationsDir: join(import.meta.dirname, '../drizzle/server') });
  await begin(opened.db);
  await append(opened.db, 1);
  await append(opened.db, 2);
  await opened.db.execute(sql`UPDATE audit_log SET actor_id = 'somebody else' WHERE seq = 2`);
  await opened.close();
  const said: string[] = [];
  const complained: string[] = [];
  const terminal = {
    print: (text: string) => void said.push(text),
    complain: (text: string) => void complained.push(text),
  } as unknown as NonNullable<Parameters<typeof main>[2]>;
  const verify = (...more: string[]) => main(['audit', 'verify', '--data-dir', dataDir, ...more], {}, terminal);
  await verify();
  expect(process.exitCode).toBe(1);
  expect(said.join()).toContain(`1 rows hold together; the end is ${ORGANIZATION}:1:`);
  expect(complained.join()).toContain('the audit of Автомаркет is broken at row 2');
  await verify('--anchor', 'nonsense');
  expect(process.exitCode).toBe(2);
  process.exitCode = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});
