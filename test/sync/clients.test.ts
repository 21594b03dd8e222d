/** Several managers' devices over one server: files of clients edited at once, offline, and under a deletion. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClientTab } from '#shared/clients/clients.schema.ts';
import { EMPTY_DIGEST } from '#shared/sync/digest.ts';
import { createTestClients } from '#test/doubles/clients-double.ts';
import { createTestDevice, expectedRows, ownDigests, type TestDevice } from './device-world.ts';
import { actor, type TestActor } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

let world: ServerWorld;
beforeEach(async () => {
  world = await createServerWorld();
});
afterEach(() => world.close());

const ANNA = actor(1, 1, 'manager');
const BORIS = actor(2, 1, 'manager');
const VERA = actor(3, 1, 'manager');

function createDesk(by: TestActor, name: string) {
  const device = createTestDevice({ world: () => world, actor: by });
  const clients = createTestClients(device.core, {
    sync: device.sync,
    signedIn: () => ({ id: by.deviceId, name, role: 'manager', pinVerifier: '', active: true }),
  });
  const exchange = async () => {
    await device.push();
    await device.pull();
  };
  const phoneOf = (id: string) => clients.get(id)?.client.phone;
  const names = (tab: ClientTab = 'new') => clients.list({ tab, text: '' }).clients.map((card) => card.name);
  return { device, clients, exchange, phoneOf, names };
}
const createDesks = () => ({
  anna: createDesk(ANNA, 'Анна'),
  boris: createDesk(BORIS, 'Борис'),
  vera: createDesk(VERA, 'Вера'),
});
type Desk = ReturnType<typeof createDesk>;

/** Everybody has everything, and it is the same. */
async function expectConverged(...desks: readonly Desk[]): Promise<void> {
  for (const { exchange } of [...desks, ...desks]) await exchange();
  const scope = `shop:${ANNA.shopId}`;
  const rows = await world.rows([scope]);
  for (const { device } of desks) {
    expect(device.rows()).toEqual(rows);
    expect(ownDigests(device)[scope] ?? EMPTY_DIGEST).toBe((await world.digests([scope]))[scope]);
  }
}
function pass(ms: number, ...desks: readonly Desk[]): void {
  world.clock.now += ms;
  for (const { device } of desks) device.core.advance(ms);
}
const shows = (device: TestDevice) => expect(device.rows()).toEqual(expectedRows(device));

describe('I10 two managers edit one file offline', () => {
  test('I10 every device sees the same file and the same conflict, and one choice ends it for all', async () => {
    const { anna, boris, vera } = createDesks();
    const { id } = anna.clients.create({ name: 'Смирнова Елена', set: { phone: '+79000000000' }, tags: [] });
    await expectConverged(anna, boris, vera);

    anna.clients.patch({ id, set: { phone: '+79001111111', comment: 'звонить утром' }, add: { tags: ['vip'] } });
    pass(60_000, anna, boris, vera);
    boris.clients.patch({ id, set: { phone: '+79002222222', email: 'e@s.ru' }, add: { tags: ['опт'] } });
    pass(60_000, anna, boris, vera);
    await expectConverged(anna, boris, vera);

    for (const { clients } of [anna, boris, vera]) {
      expect(clients.get(id)).toMatchObject({
        client: { phone: '+79002222222', comment: 'звонить утром', email: 'e@s.ru', tags: ['vip', 'опт'] },
        conflicts: [
          {
            field: 'phone',
            kept: { value: '+79002222222', by: 'Борис' },
            others: [{ value: '+79001111111', by: 'Анна' }],
          },
        ],
      });
      expect(clients.list({ tab: 'new', text: '' }).clients).toMatchObject([{ conflicts: ['phone'] }]);
    }
    const [conflict] = vera.clients.get(id)?.conflicts ?? [];
    const [other] = conflict?.others ?? [];
    if (!other) throw new Error('no conflict');
    vera.clients.resolveConflict({ row: 'client', id, field: 'phone', choose: other.edit });
    expect(vera.phoneOf(id)).toBe('+79001111111');
    shows(vera.device);
    await expectConverged(vera, anna, boris);
    for (const { clients, phoneOf } of [anna, boris, vera]) {
      expect(phoneOf(id)).toBe('+79001111111');
      expect(clients.get(id)?.conflicts).toEqual([]);
    }
  });

  test('I7 an own edit stays on show until its outcome, over whatever comes in between', async () => {
    const { anna, boris } = createDesks();
    const { id } = anna.clients.create({ name: 'Смирнова Елена', set: { phone: '+79000000000' }, tags: [] });
    await expectConverged(anna, boris);
    anna.clients.patch({ id, set: { phone: '+79001111111' } });
    boris.clients.patch({ id, set: { phone: '+79002222222', email: 'e@s.ru' } });
    await boris.exchange();
    await anna.device.pull();
    expect(anna.clients.get(id)?.client).toMatchObject({ phone: '+79001111111', email: 'e@s.ru' });
    shows(anna.device);
    anna.device.crash();
    expect(anna.phoneOf(id)).toBe('+79001111111');
    await expectConverged(anna, boris);
  });
});

describe('I9 a file is deleted under an edit', () => {
  test('I9 the edit is refused, the file stays dead, and its author may make it anew under another id', async () => {
    const { anna, boris, vera } = createDesks();
    const { id } = anna.clients.create({ name: 'Смирнова Елена', set: { phone: '+79000000000' }, tags: [] });
    await expectConverged(anna, boris, vera);
    boris.clients.remove(id);
    await boris.exchange();
    anna.clients.patch({ id, set: { phone: '+79001111111' }, add: { tags: ['vip'] } });
    await expectConverged(anna, boris, vera);
    for (const { clients, names } of [anna, boris, vera]) {
      expect(clients.get(id)).toBeNull();
      expect(names()).toEqual([]);
    }
    expect(anna.device.outbox().at(-1)).toMatchObject({ state: 'acked', status: 'rejected' });
    expect(boris.clients.lost()).toEqual([]);
    expect(vera.clients.lost()).toEqual([]);
    expect(anna.clients.lost()).toEqual([{ id, name: 'Смирнова Елена', at: world.clock.now }]);

    const copy = anna.clients.restoreCopy(id);
    expect(copy.id).not.toBe(id);
    expect(anna.clients.lost()).toEqual([]);
    await expectConverged(anna, boris, vera);
    for (const { clients } of [anna, boris, vera]) {
      expect(clients.get(id)).toBeNull();
      expect(clients.get(copy.id)?.client).toMatchObject({ phone: '+79001111111', tags: ['vip'], status: 'new' });
    }
  });

  test('I9 also when the deletion comes before the edit is sent', async () => {
    const { anna, boris } = createDesks();
    const { id } = anna.clients.create({ name: 'Смирнова Елена', set: {}, tags: [] });
    await expectConverged(anna, boris);
    anna.clients.patch({ id, set: { phone: '+79001111111' } });
    boris.clients.remove(id);
    await boris.exchange();
    await anna.device.pull();
    expect(anna.clients.get(id)).toBeNull();
    expect(anna.clients.lost()).toMatchObject([{ id }]);
    await expectConverged(anna, boris);
    expect(anna.clients.lost()).toMatchObject([{ id }]);
    anna.clients.dismissLost(id);
    expect(anna.clients.lost()).toEqual([]);
  });

  test('an edit that the server had taken before the deletion is not offered again, nor is an own deletion', async () => {
    const { anna, boris } = createDesks();
    const { id } = anna.clients.create({ name: 'Смирнова Елена', set: {}, tags: [] });
    const own = anna.clients.create({ name: 'Другая', set: {}, tags: [] });
    await expectConverged(anna, boris);
    anna.clients.patch({ id, set: { phone: '+79001111111' } });
    anna.clients.patch({ id: own.id, set: { phone: '+79001111111' } });
    await anna.device.push();
    await boris.device.pull();
    boris.clients.remove(id);
    await boris.exchange();
    anna.clients.remove(own.id);
    await expectConverged(anna, boris);
    expect(anna.clients.lost()).toEqual([]);
    expect(anna.names()).toEqual([]);
  });
});
