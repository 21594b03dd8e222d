import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { Passport } from '#shared/clients/passport.schema.ts';
import { conflictId, type FieldConflict } from '#shared/sync/conflict.schema.ts';
import { entityKind } from '#shared/sync/entities.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { auditLog } from '../auth/auth.tables.ts';
import { insertBlob } from '../blobs/blobs.repo.ts';
import { blobs } from '../blobs/blobs.tables.ts';
import { syncDeadLetters } from '../sync/cases.tables.ts';
import { type OwnMutation, runOwnMutations } from '../sync/own-mutations.ts';
import { writeRows } from '../sync/rows.writer.ts';
import { entities, fieldHistory } from '../sync/sync.tables.ts';
import { addOrganization, createTestApp, T0, type TestApp, type TestOrganization } from '../testing/test-app.ts';
import { createCleanup } from './cleanup.service.ts';
import { createDaily } from './daily.ts';
import { jobRuns } from './jobs.tables.ts';

const DAY = 24 * 3_600_000;
const KEPT = 1095;

let server: TestApp;
let at: TestOrganization;
beforeAll(async () => {
  server = await createTestApp();
});
beforeEach(async () => {
  server.clock.now = T0;
  at = await addOrganization(server);
});
afterAll(() => server.close());

const now = () => server.clock.now;
const announced: string[] = [];
const cleanup = () =>
  createCleanup({
    db: server.db,
    now,
    sync: { announce: (heads) => void announced.push(...Object.keys(heads)) },
    passportDays: KEPT,
  });
const run = () => cleanup().run(at, async () => undefined);
const sealed = (text: string) => `s1.${text.padEnd(40, '0')}`;
const write = (puts: readonly RowPut[]) => server.db.transaction((tx) => writeRows(tx, at.organizationId, puts, now()));
const act = (...mutations: OwnMutation[]) =>
  server.db.transaction((tx) => runOwnMutations(tx, { ...at, now: now() }, mutations));
const rowOf = async (type: string, id: string) => {
  const [row] = await server.db
    .select()
    .from(entities)
    .where(and(eq(entities.type, type), eq(entities.id, id)));
  if (row?.fields) entityKind(type as 'client').schema.parse(row.fields);
  return row;
};
const historyOf = (id: string) => server.db.select().from(fieldHistory).where(eq(fieldHistory.entityId, id));
const stateOf = async (id: string) =>
  (await server.db.select({ state: blobs.state }).from(blobs).where(eq(blobs.id, id)))[0]?.state;

async function addPicture(): Promise<string> {
  const id = server.newId().replaceAll('-', '').padEnd(64, 'a');
  const file = { kind: 'photo', mediaType: 'image/jpeg', size: 3, state: 'durable', received: 3, parts: [] } as const;
  await insertBlob(server.db, { organizationId: at.organizationId, id, ...file, createdAt: now(), updatedAt: now() });
  return id;
}
/** A file with a passport that was corrected once, as it was left `now`. */
async function addFile(status: Client['status'], photo?: string): Promise<string> {
  const id = server.newId();
  const times = { createdAt: now(), updatedAt: now() };
  const client: Client = { id, shopId: at.shopId, name: 'Пётр', phones: [], tags: [], status, ...times };
  await write([{ type: 'client', id, scope: shopScope(at.shopId), fields: client }]);
  await act(
    { name: 'passport.patch', args: { id, set: { series: sealed('old'), number: sealed('number') } } },
    {
      name: 'passport.patch',
      args: { id, set: { series: sealed('new'), ...(photo === undefined ? {} : { photo }) } },
    },
  );
  return id;
}
async function addConflict(entityId: string, field: string, entityType = 'passport'): Promise<string> {
  const id = conflictId(entityId, field);
  const side = (value: string, mid: number) => ({ deviceId: 'd', incarnation: 1, mid, at: now(), value, by: 'Анна' });
  const fields: FieldConflict = {
    id,
    entityType,
    entityId,
    field,
    kept: side(sealed('new'), 1),
    others: [side(sealed('other'), 2)],
  };
  await write([{ type: 'field_conflict', id, scope: shopScope(at.shopId), fields }]);
  return id;
}

test('a passport is emptied three years after the end of its file, once, and its client may come back', async () => {
  const picture = await addPicture();
  const id = await addFile('processed', picture);
  const dispute = await addConflict(id, 'series');
  const ofClient = await addConflict(id, 'email', 'client');
  const client = (await rowOf('client', id))?.fields;
  server.clock.now += KEPT * DAY;
  expect(await cleanup().preview(at)).toMatchObject({ passports: 0 });
  server.clock.now += DAY;
  expect(await cleanup().preview(at)).toMatchObject({ passports: 1 });
  expect((await rowOf('passport', id))?.fields).toHaveProperty('series', sealed('new'));
  expect(await historyOf(id)).not.toEqual([]);

  announced.length = 0;
  expect(await run()).toMatchObject({ passports: 1 });
  const kept = { id, shopId: at.shopId, createdAt: expect.any(Number), updatedAt: expect.any(Number) };
  expect((await rowOf('passport', id))?.fields).toEqual({ ...kept, purgedAt: now() });
  expect((await rowOf('client', id))?.fields).toEqual(client);
  expect(await historyOf(id)).toEqual([]);
  expect((await rowOf('field_conflict', dispute))?.fields).toMatchObject({
    kept: { value: null, by: 'Анна' },
    others: [],
    resolvedAt: now(),
  });
  expect((await rowOf('field_conflict', ofClient))?.fields).toMatchObject({ others: [{ value: sealed('other') }] });
  expect(await stateOf(picture)).toBe('condemned');
  expect(announced).toEqual([shopScope(at.shopId)]);
  const acts = await server.db.select().from(auditLog).where(eq(auditLog.organizationId, at.organizationId));
  expect(acts.map(({ event, entityId }) => ({ event, entityId }))).toEqual([
    { event: 'PASSPORT_PURGED', entityId: id },
  ]);
  expect(await run()).toMatchObject({ passports: 0 });

  // Where the client comes back the row is there to take it, and in its time that goes too.
  await act({ name: 'passport.patch', args: { id, set: { series: sealed('again') } } });
  expect((await rowOf('passport', id))?.fields).toMatchObject({ series: sealed('again') });
  expect(await run()).toMatchObject({ passports: 0 });
  server.clock.now += (KEPT + 1) * DAY;
  expect(await run()).toMatchObject({ passports: 1 });
  expect((await rowOf('passport', id))?.fields).toEqual({ ...kept, purgedAt: now() });
});

test('nothing goes of a file that is in work, that somebody touched, or for which a bill waits', async () => {
  const [working, touched, billed, due] = [
    await addFile('awaiting_contract'),
    await addFile('processed'),
    await addFile('processed'),
    await addFile('processed'),
  ];
  const bill = server.newId();
  const invoice = {
    id: bill,
    shopId: at.shopId,
    clientId: billed,
    contractId: server.newId(),
    contractNumber: 'ПЕ-251015-01',
    kind: 'extra',
    amountMinor: 100,
    description: 'Ещё один прибор',
    dueDate: '2025-10-20',
    status: 'pending',
    createdAt: now(),
  } as const;
  const put = (status: 'pending' | 'paid'): RowPut => ({
    type: 'invoice',
    id: bill,
    scope: shopScope(at.shopId),
    fields: { ...invoice, status },
  });
  await write([put('pending')]);
  server.clock.now += 2 * DAY;
  await act({ name: 'client.patch', args: { id: touched, set: { comment: 'звонил' } } });
  server.clock.now += KEPT * DAY;
  expect(await run()).toMatchObject({ passports: 1 });
  expect((await rowOf('passport', due))?.fields).not.toHaveProperty('series');
  for (const id of [working, touched, billed]) {
    expect((await rowOf('passport', id))?.fields).toHaveProperty('series');
  }
  await write([put('paid')]);
  expect(await run()).toMatchObject({ passports: 0 });
  server.clock.now += (KEPT + 1) * DAY;
  expect(await run()).toMatchObject({ passports: 2 });
  expect((await rowOf('passport', working))?.fields).toHaveProperty('series', sealed('new'));
});

test('two servers empty a passport once; more than one transaction holds go in several', async () => {
  const times = { createdAt: now(), updatedAt: now() };
  const scope = shopScope(at.shopId);
  await write(
    Array.from({ length: 101 }, () => server.newId()).flatMap((id): RowPut[] => {
      const row = { id, shopId: at.shopId, ...times };
      const client: Client = { ...row, name: 'Пётр', phones: [], tags: [], status: 'processed' };
      return [
        { type: 'client', id, scope, fields: client },
        { type: 'passport', id, scope, fields: { ...row, number: sealed('number') } },
      ];
    }),
  );
  server.clock.now += (KEPT + 1) * DAY;
  const meter = { ended: () => undefined };
  const daily = () => createDaily({ db: server.db, now, cleanup: cleanup(), meter, log: server.app.log });
  await Promise.all([daily().tick(), daily().tick()]);
  const runs = await server.db.select().from(jobRuns).where(eq(jobRuns.organizationId, at.organizationId));
  expect(runs).toMatchObject([{ attempts: 1, counts: { passports: 101 }, error: null }]);
  const acts = await server.db.select().from(auditLog).where(eq(auditLog.organizationId, at.organizationId));
  expect(acts.filter(({ event }) => event === 'PASSPORT_PURGED')).toHaveLength(101);
});

test('a change of a passport that was not taken forgets what was in it, and whose it was stays', async () => {
  const set: Partial<Passport> = { series: sealed('refused') };
  const letter = (days: number) => ({
    id: server.newId(),
    organizationId: at.organizationId,
    deviceId: server.newId(),
    incarnation: 1,
    mid: 1,
    kind: 'refused' as const,
    name: 'passport.patch',
    args: JSON.stringify({ id: 'client', set, by: 'Анна' }),
    code: null,
    message: null,
    at: now() - days * DAY,
  });
  const [old, young] = [letter(KEPT + 1), letter(KEPT - 1)];
  await server.db.insert(syncDeadLetters).values([old, young]);
  expect(await cleanup().preview(at)).toMatchObject({ letters: 1 });
  expect(await run()).toMatchObject({ letters: 1 });
  const argsOf = async (id: string) =>
    (await server.db.select().from(syncDeadLetters).where(eq(syncDeadLetters.id, id)))[0]?.args;
  expect(JSON.parse((await argsOf(old.id)) ?? '')).toEqual({ id: 'client', set: {}, by: 'Анна' });
  expect(await argsOf(young.id)).toBe(young.args);
  expect(await run()).toMatchObject({ letters: 0 });
});
