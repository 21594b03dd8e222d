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

const PASSPORT = { lastName: 'Петров', firstName: 'Иван', series: '1234', number: '567890' };

describe('AM-06 two managers edit one file', () => {
  test('AM-06 a passport merges by field; of the field that both wrote, both values are kept, sealed, until one is chosen', async () => {
    const { anna, boris } = createDesks();
    const { id } = anna.clients.create({ name: 'Иван Петров', set: {}, tags: [] });
    await expectConverged(anna, boris);
    anna.clients.passports.patch(id, { ...PASSPORT, issuedBy: 'ОВД Арбат' });
    pass(60_000, anna, boris);
    boris.clients.passports.patch(id, { ...PASSPORT, number: '567899', issueCode: '770-001' });
    await expectConverged(anna, boris);

    const rows = await world.rows([`shop:${ANNA.shopId}`]);
    expect([...rows.values()].join()).not.toMatch(/567890|567899|Арбат|"Петров"/);
    for (const { clients } of [anna, boris]) {
      expect(clients.get(id)).toMatchObject({
        passport: { masked: { lastName: 'П•••', number: '••••99', issuedBy: '•••', issueCode: '•••-•••' } },
        conflicts: [
          {
            row: 'passport',
            id,
            field: 'number',
            kept: { value: '••••99', by: 'Борис' },
            others: [{ value: '••••90', by: 'Анна' }],
          },
        ],
      });
      expect(clients.list({ tab: 'new', text: '' })).toMatchObject({
        clients: [{ conflicts: ['number'] }],
        disputed: [{ id, name: 'Иван Петров' }],
      });
    }
    const [other] = boris.clients.get(id)?.conflicts[0]?.others ?? [];
    if (!other) throw new Error('no conflict');
    boris.clients.resolveConflict({ row: 'passport', id, field: 'number', choose: other.edit });
    await expectConverged(anna, boris);
    expect(anna.clients.get(id)?.conflicts).toEqual([]);
    expect((await anna.clients.passports.reveal(id)).values).toMatchObject({ number: '567890', issueCode: '770-001' });
  });

  test('AM-06 appliances of both are in the file, and one that both changed shows both values', async () => {
    const { anna, boris } = createDesks();
    const { id } = anna.clients.create({ name: 'Иван Петров', set: {}, tags: [] });
    const tv = anna.clients.appliances.add(id, { kind: 'television', title: 'Samsung' });
    await expectConverged(anna, boris);
    pass(60_000, anna, boris);
    boris.clients.appliances.add(id, { kind: 'phone', title: 'iPhone' });
    anna.clients.appliances.patch(tv.id, { title: 'Samsung QE55Q60', description: 'битый пиксель' });
    pass(60_000, anna, boris);
    boris.clients.appliances.patch(tv.id, { title: 'Samsung Q60', extraFeeMinor: 150_000 });
    await expectConverged(anna, boris);
    const file = anna.clients.get(id);
    expect(file?.appliances).toMatchObject([
      { title: 'Samsung Q60', description: 'битый пиксель', extraFeeMinor: 150_000 },
      { title: 'iPhone' },
    ]);
    expect(file?.conflicts).toMatchObject([{ row: 'appliance', id: tv.id, field: 'title', kept: { by: 'Борис' } }]);
    expect(anna.clients.list({ tab: 'new', text: '' }).disputed).toEqual([{ id, name: 'Иван Петров' }]);
  });
});

describe('AM-27 a contract is signed while somebody works on the file offline', () => {
  /** Anna has filled the file in offline; Boris has brought the same client to the end. */
  async function overtaken() {
    const desks = createDesks();
    const { anna, boris } = desks;
    const { id } = anna.clients.create({ name: 'Иван Петров', set: {}, tags: [] });
    const tv = anna.clients.appliances.add(id, { kind: 'television', title: 'Samsung' });
    await expectConverged(anna, boris);
    anna.clients.saveProfile(id, { phone: '+79001111111', comment: 'звонить утром' });
    anna.clients.passports.patch(id, PASSPORT);
    anna.clients.appliances.patch(tv.id, { title: 'LG' });
    const phone = anna.clients.appliances.add(id, { kind: 'phone', title: 'iPhone' });
    pass(60_000, anna, boris);
    boris.clients.saveProfile(id, { phone: '+79002222222' });
    for (const to of ['awaiting_contract', 'processed'] as const) boris.device.do('client.advance', { id, to });
    await boris.exchange();
    await expectConverged(anna, boris);
    return { ...desks, id, tv, phone };
  }

  test('AM-27 nothing is overwritten, and what did not go is shown beside the file as it is now', async () => {
    const { anna, boris, id, tv, phone } = await overtaken();
    for (const { clients } of [anna, boris]) {
      expect(clients.get(id)).toMatchObject({
        client: { status: 'processed', phone: '+79002222222' },
        passport: { masked: {} },
        appliances: [{ id: tv.id, title: 'Samsung' }],
        conflicts: [],
      });
    }
    expect(boris.clients.get(id)?.late).toEqual([]);
    expect(anna.clients.get(id)?.late).toMatchObject([
      { row: 'client', act: 'patch', id, fields: [{ field: 'phone', value: '+79001111111' }, { field: 'comment' }] },
      {
        row: 'passport',
        act: 'patch',
        id,
        fields: [{ value: 'П•••' }, { value: 'И•••' }, { value: '••••' }, { value: '••••90' }],
      },
      { row: 'appliance', act: 'patch', id: tv.id, fields: [{ field: 'title', value: 'LG' }] },
      { row: 'appliance', act: 'create', id: phone.id },
    ]);
  });

  test('AM-27 made anew with open eyes it goes through, as an edit after the signature', async () => {
    const { anna, boris, id } = await overtaken();
    pass(60_000, anna, boris);
    anna.clients.redoLate(id);
    expect(anna.clients.get(id)?.late).toEqual([]);
    await expectConverged(anna, boris);
    expect(boris.clients.get(id)).toMatchObject({
      client: { status: 'processed', phone: '+79001111111' },
      passport: { masked: { number: '••••90' } },
      appliances: [{ title: 'LG' }, { title: 'iPhone' }],
    });
  });

  test('AM-27 let go it is gone, and an edit of somebody who knows is taken at once', async () => {
    const { anna, boris, id } = await overtaken();
    pass(60_000, anna, boris);
    anna.clients.dismissLate(id);
    expect(anna.clients.get(id)?.late).toEqual([]);
    anna.clients.patch({ id, set: { phone: '+79003333333' } });
    await expectConverged(anna, boris);
    expect(boris.phoneOf(id)).toBe('+79003333333');
    expect(anna.clients.get(id)?.late).toEqual([]);
  });

  test('SM-5 a contract that waits for its signature is void once what it says is changed, by a passport too', async () => {
    const { anna, boris } = createDesks();
    const { id } = anna.clients.create({ name: 'Иван Петров', set: {}, tags: [] });
    const statusAfter = (act: () => unknown) => {
      anna.device.do('client.advance', { id, to: 'awaiting_contract' });
      act();
      return anna.clients.get(id)?.client.status;
    };
    anna.clients.saveProfile(id, {});
    expect(statusAfter(() => anna.clients.patch({ id, set: { comment: 'ждёт' }, add: { tags: ['vip'] } }))).toBe(
      'awaiting_contract',
    );
    expect(statusAfter(() => anna.clients.passports.patch(id, PASSPORT))).toBe('in_verification');
    expect(statusAfter(() => anna.clients.appliances.add(id, { kind: 'phone', title: 'a' }))).toBe('in_verification');
    expect(statusAfter(() => anna.clients.patch({ id, set: { name: 'Пётр' } }))).toBe('in_verification');
    await expectConverged(anna, boris);
  });
});
