import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../auth/secrets.ts';
import { isOutage, sqlStateOf } from '../sync/db-faults.ts';
import { addOrganization, createTestApp, enrolledDevice, type TestApp } from '../testing/test-app.ts';
import type { OpenDb } from './db.ts';
import { describeFault, statementName } from './describe-fault.ts';
import { createTestDb } from './test-db.ts';

let opened: OpenDb;
beforeAll(async () => {
  opened = await createTestDb();
}, 60_000);
afterAll(() => opened.close());

const SECRET = 'b7f0-not-for-the-log';
const faultOf = async (run: Promise<unknown>) =>
  run.then(
    () => 'nothing failed',
    (error: unknown) => JSON.stringify(describeFault(error)),
  );

test('a failed statement is told by its name and code, not by what was put into it', async () => {
  const broken = await faultOf(opened.db.execute(sql`/* pull.rows */ SELECT ${SECRET}::bigint`));
  expect(JSON.parse(broken)).toMatchObject({ statement: 'pull.rows', cause: { code: '22P02' } });
  expect(broken).not.toContain(SECRET);
  const twice = sql`INSERT INTO auth_throttle SELECT ${SECRET}`;
  expect(await faultOf(opened.db.execute(twice))).not.toContain(SECRET);
  await opened.db.execute(sql`CREATE TABLE holds (token_hash text PRIMARY KEY)`);
  const taken = sql`INSERT INTO holds VALUES (${SECRET})`;
  await opened.db.execute(taken);
  const said = await faultOf(opened.db.execute(taken));
  expect(JSON.parse(said)).toMatchObject({ statement: 'insert holds', cause: { code: '23505' } });
  expect(said).not.toContain(SECRET);
});

test('a statement without a name of its own is told by its verb and its first table', () => {
  expect(statementName('\n select "id" from "device_tokens" where "token_hash" = $1')).toBe('select device_tokens');
  expect(statementName('WITH gone AS (DELETE FROM sync_outcomes AS old)')).toBe('with sync_outcomes');
  expect(statementName('commit')).toBe('commit');
});

test('an outage of the database leaves no token in the log of the server', async () => {
  const server: TestApp = await createTestApp();
  const till = await enrolledDevice(server, await addOrganization(server));
  await server.opened.close();
  const from = server.logged.length;
  const asked = await server.app.inject({ method: 'POST', url: '/sync/pull', headers: till.headers, payload: {} });
  expect(asked.statusCode).toBeGreaterThanOrEqual(500);
  const lines = server.logged.slice(from);
  expect(lines).toContainEqual(
    expect.objectContaining({ err: expect.objectContaining({ statement: expect.any(String) }) }),
  );
  const text = JSON.stringify(lines);
  expect(text).not.toContain(sha256(till.token));
  expect(text).not.toContain(till.token);
  expect(text).not.toContain('token_hash');
  await server.close();
}, 60_000);

test('a connection that broke is the fault of the database, not of the statement', () => {
  const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', errno: -32, syscall: 'write' });
  expect([sqlStateOf(broken), isOutage(broken)]).toEqual([undefined, true]);
});
