/** What a browser needs beyond the contract: text that cannot be saved yet is kept, and a conflict is settled. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '#shared/clients/clients.schema.ts';
import { DRAFT_MS } from '#shared/clients/drafts.schema.ts';
import type { ManagerClient } from '#shared/clients/manager.api.ts';
import type { ManagerConflict } from '#shared/clients/manager-conflicts.api.ts';
import { conflictId } from '#shared/sync/conflict.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import {
  addOrganization,
  createTestApp,
  managerOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { purgeDrafts } from './drafts.repo.ts';
import { managerDrafts } from './manager.tables.ts';

type Manager = Awaited<ReturnType<typeof managerOf>>;

let server: TestApp;
let organization: TestOrganization;
let anna: Manager;
let boris: Manager;
beforeAll(async () => {
  server = await createTestApp();
  organization = await addOrganization(server);
  anna = await managerOf(server, organization);
  boris = await managerOf(server, organization);
});
afterAll(() => server.close());

const ask = (by: Manager, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) =>
  server.app.inject({
    method,
    url: `/api/manager/clients/${url}`,
    headers: by.headers,
    ...(payload === undefined ? {} : { payload }),
  });
const rowsOf = async () => (await server.db.select().from(managerDrafts)).map(({ form }) => form).toSorted();

async function addClient(conflicts: readonly string[] = []): Promise<string> {
  const id = server.newId();
  const { organizationId, shopId } = organization;
  const at = server.clock.now;
  const scope = shopScope(shopId);
  const fields: Client = {
    id,
    shopId,
    name: 'Пётр',
    comment: 'Звонить вечером',
    phones: [],
    tags: [],
    status: 'new',
    createdAt: at,
    updatedAt: at,
  };
  const rows = conflicts.map((field) => ({
    type: 'field_conflict' as const,
    id: conflictId(id, field),
    scope,
    fields: {
      id: conflictId(id, field),
      entityType: 'client',
      entityId: id,
      field,
      kept: { deviceId: server.newId(), incarnation: 1, mid: 5, value: 'Звонить вечером', at, by: 'Борис' },
      others: [{ deviceId: server.newId(), incarnation: 1, mid: 7, value: 'Звонить утром', at: at - 5, by: 'Анна' }],
    },
  }));
  await server.db.transaction((tx) =>
    writeRows(tx, organizationId, [{ type: 'client', id, scope, fields }, ...rows], at),
  );
  return id;
}

test('what could not be saved is there after a reload, for who typed it alone, and lies nowhere in clear', async () => {
  const id = await addClient();
  const draft = { typed: { series: '12', lastName: 'Кузнецова' }, was: {}, version: '"1.0.0"' };
  expect((await ask(anna, 'PUT', `${id}/drafts/passport`, draft)).statusCode).toBe(204);
  expect((await ask(anna, 'GET', `${id}/drafts`)).json()).toEqual({ passport: draft });
  expect((await ask(boris, 'GET', `${id}/drafts`)).json()).toEqual({});
  const { rows } = await server.db.execute<{ text: string }>(
    sql`SELECT manager_drafts::text AS text FROM manager_drafts`,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.text).not.toContain('Кузнецова');
  await ask(anna, 'PUT', `${id}/drafts/passport`, { typed: {}, was: {} });
  expect((await ask(anna, 'GET', `${id}/drafts`)).json()).toEqual({});
  expect((await ask(anna, 'PUT', `${id}/drafts/another`, draft)).statusCode).toBe(400);
  expect((await ask(anna, 'PUT', `${server.newId()}/drafts/profile`, draft)).statusCode).toBe(404);
});

test('a draft goes when nobody comes back to it, and with its client', async () => {
  const draft = { typed: { city: 'Москва' }, was: {} };
  const [kept, gone] = [await addClient(), await addClient()];
  await ask(anna, 'PUT', `${kept}/drafts/profile`, draft);
  await ask(anna, 'PUT', `${gone}/drafts/appliance`, draft);
  await server.db.execute(sql`UPDATE entities SET deleted = true, fields = NULL WHERE id = ${gone}`);
  await purgeDrafts(server.db, server.clock.now - DRAFT_MS);
  expect(await rowsOf()).toEqual(['profile']);
  await purgeDrafts(server.db, server.clock.now + 1);
  expect(await rowsOf()).toEqual([]);
});

test('AM-06 a conflict is settled in a browser as at a device: the chosen value is in the file, and nobody is asked again', async () => {
  const id = await addClient(['comment']);
  const file: ManagerClient = (await ask(anna, 'GET', id)).json();
  const [{ row, field, kept, others } = {} as ManagerConflict] = file.conflicts;
  const choice = { row, id, field, choose: others[0]?.edit };
  const settled = await ask(anna, 'POST', `${id}/conflicts/resolve`, choice);
  expect(settled.statusCode, settled.body).toBe(200);
  expect(settled.json<ManagerClient>()).toMatchObject({ conflicts: [] });
  const [found] = (
    await server.db.execute<{ comment: string }>(
      sql`SELECT fields->>'comment' AS comment FROM entities WHERE id = ${id}`,
    )
  ).rows;
  expect(found?.comment).toBe('Звонить утром');
  // Somebody else still sees the question on his page.
  const late = await ask(boris, 'POST', `${id}/conflicts/resolve`, choice);
  expect(late.json()).toMatchObject({ code: 'clients.assigned_to_other' });
  const again = await ask(anna, 'POST', `${id}/conflicts/resolve`, { ...choice, choose: kept.edit });
  expect(again.json()).toMatchObject({ code: 'clients.conflict_changed' });
  const foreign = await ask(anna, 'POST', `${id}/conflicts/resolve`, { ...choice, id: server.newId() });
  expect(foreign.json()).toMatchObject({ code: 'clients.not_found' });
  const nonsense = await ask(anna, 'POST', `${id}/conflicts/resolve`, { ...choice, field: 'series' });
  expect(nonsense.statusCode).toBe(400);
});
