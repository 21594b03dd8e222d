import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeHlc } from '#shared/kernel/clock.ts';
import { conflictId, type FieldConflict } from '#shared/sync/conflict.schema.ts';
import { actor, client } from '#test/sync/fixtures.ts';
import { createServerWorld, createWriter, type ServerWorld } from '#test/sync/server-world.ts';
import { type OwnMutation, runOwnMutations } from './own-mutations.ts';

const ANNA = actor(1, 1, 'manager');
const BORIS = actor(2, 1, 'manager');
const FILE = client(1, ANNA, { phone: '+79000000000' });
const KEY = `client:${FILE.id}`;

let world: ServerWorld;
beforeEach(async () => {
  world = await createServerWorld();
});
afterEach(() => world.close());

/** As somebody at a page of the server. */
const own = (...mutations: readonly OwnMutation[]) =>
  world.opened.db.transaction((tx) =>
    runOwnMutations(tx, { organizationId: ANNA.organizationId, shopId: ANNA.shopId, now: world.clock.now }, mutations),
  );
const phone = (value: string): OwnMutation => ({
  name: 'client.patch',
  args: { id: FILE.id, set: { phone: value }, by: 'Страница' },
});
const rowOf = async <T>(type: string, id: string): Promise<T | undefined> => {
  const { rows } = await world.opened.db.execute<{ fields: T } & Record<string, unknown>>(
    sql`SELECT fields FROM entities WHERE type = ${type} AND id = ${id}`,
  );
  return rows[0]?.fields;
};
const phoneNow = async () => (await rowOf<{ phone: string }>('client', FILE.id))?.phone;
const conflict = () => rowOf<FieldConflict>('field_conflict', conflictId(FILE.id, 'phone'));

/** A device's edit upon the file as it was made, whenever it arrives. */
const offline = (writer: ReturnType<typeof createWriter>, value: string, at: number) => ({
  ...writer.make(
    'client.patch',
    { id: FILE.id, set: { phone: value }, by: 'Борис' },
    { hlc: encodeHlc({ ms: at, count: 0 }) },
  ),
  base: { [KEY]: 1 },
});

test('AM-06 a page and a laptop without a network change one field: the later one stands, and a person sees both', async () => {
  const anna = createWriter(world, ANNA);
  const boris = createWriter(world, BORIS);
  await anna.send(anna.make('client.create', { client: FILE }));
  const madeAt = world.clock.now + 500;
  world.clock.now += 1000;
  await own(phone('+79000000001'));
  world.clock.now += 1000;
  await boris.send(offline(boris, '+79000000002', madeAt));
  expect(await phoneNow()).toBe('+79000000001');
  expect(await conflict()).toMatchObject({
    kept: { deviceId: '', value: '+79000000001', by: 'Страница' },
    others: [{ deviceId: BORIS.deviceId, value: '+79000000002', by: 'Борис' }],
  });
});

test('what the server writes upon what it has read wins, also within one millisecond, and is no conflict', async () => {
  const anna = createWriter(world, ANNA);
  await anna.send(anna.make('client.create', { client: FILE }));
  await own(phone('+79000000001'), phone('+79000000002'));
  expect(await phoneNow()).toBe('+79000000002');
  await own(phone('+79000000003'));
  expect(await phoneNow()).toBe('+79000000003');
  expect(await conflict()).toBeUndefined();
});

test('one that is refused takes the others with it, and a row of another shop is not touched', async () => {
  const anna = createWriter(world, ANNA);
  await anna.send(anna.make('client.create', { client: FILE }));
  const gone = { name: 'client.advance', args: { id: FILE.id, to: 'processed' } } as const;
  await expect(own(phone('+79000000001'), gone)).rejects.toMatchObject({ code: 'clients.illegal_transition' });
  expect(await phoneNow()).toBe('+79000000000');
  const elsewhere = world.opened.db.transaction((tx) =>
    runOwnMutations(tx, { organizationId: ANNA.organizationId, shopId: BORIS.deviceId, now: world.clock.now }, [
      phone('+79000000001'),
    ]),
  );
  await expect(elsewhere).rejects.toMatchObject({ code: 'sync.scope_denied' });
});
