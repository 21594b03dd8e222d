import { beforeEach, describe, expect, test } from 'vitest';
import type { ClientTab } from '#shared/clients/clients.schema.ts';
import { ANNA, openClientsWorld } from '#test/doubles/clients-world.ts';
import { TEST_WRITER } from '#test/doubles/local-sync.ts';
import { clients as clientsTable } from './clients.tables.ts';

const { world, add, codeOf } = openClientsWorld();
const names = (tab: ClientTab, text = '') => world.clients.list({ tab, text }).clients.map(({ name }) => name);

test('with no clients every tab is empty', () => {
  expect(world.clients.list({ tab: 'new', text: '' })).toEqual({
    clients: [],
    counts: { new: 0, in_work: 0, processed: 0, mine: 0 },
    disputed: [],
  });
});

describe('tabs', () => {
  beforeEach(() => {
    add({ name: 'Новый' });
    add({ name: 'На проверке', status: 'in_verification', assignedTo: ANNA.id });
    add({ name: 'Ждёт договор', status: 'awaiting_contract' });
    add({ name: 'Ждёт оплату', status: 'awaiting_payment', assignedTo: 'somebody' });
    add({ name: 'Оформлен', status: 'processed', assignedTo: ANNA.id });
  });

  test.each<[ClientTab, string[]]>([
    ['new', ['Новый']],
    ['in_work', ['Ждёт оплату', 'Ждёт договор', 'На проверке']],
    ['processed', ['Оформлен']],
    ['mine', ['Оформлен', 'На проверке']],
  ])('%s', (tab, expected) => {
    expect(names(tab)).toEqual(expected);
  });

  test('counts are of the tabs, not of the search', () => {
    expect(world.clients.list({ tab: 'new', text: 'никого' })).toEqual({
      clients: [],
      counts: { new: 1, in_work: 3, processed: 1, mine: 2 },
      disputed: [],
    });
  });

  test('nobody has no clients of his own', () => {
    world.member = undefined;
    expect(world.clients.list({ tab: 'mine', text: '' })).toMatchObject({ clients: [], counts: { mine: 0, new: 1 } });
  });

  test('a text narrows the tab it is typed in', () => {
    expect(names('in_work', 'ЖДЕТ')).toEqual(['Ждёт оплату', 'Ждёт договор']);
    expect(names('new', 'ждет')).toEqual([]);
  });
});

test.each([
  ['семенов', true],
  ['ПЁТР сем', true],
  ['1234567', true],
  ['8 900 123-45-67', true],
  ['+7 (900) 123', true],
  ['зеленая твер', true],
  ['ил', true],
  ['семенов москва', false],
  ['" OR clients_letters MATCH "', false],
  ['%', false],
  ['', true],
])('a client is found by "%s": %s', (text, does) => {
  add({ name: 'Семёнов Пётр Ильич', phone: '+79001234567', registrationAddress: 'г. Тверь, ул. Зелёная, 5' });
  expect(names('new', text)).toEqual(does ? ['Семёнов Пётр Ильич'] : []);
});

test('a search finds what a walk over every name would, in the same order, of common letters and of rare ones', () => {
  const people = ['Иванов Иван', 'Петров Пётр', 'Сидорова Анна', 'Ивлева Марина'];
  for (let n = 0; n < 5000; n += 1) {
    add({ name: `${people[n % 4]} ${n}`, status: n % 7 === 0 ? 'processed' : 'new', updatedAt: (n * 7919) % 5003 });
  }
  const all = world.core.db
    .select({ fields: clientsTable.fields })
    .from(clientsTable)
    .all()
    .map(({ fields }) => fields);
  // What is asked for at once is listed in parts.
  for (let turn = 0; turn < 60; turn += 1) world.clients.list({ tab: 'new', text: 'а' });
  for (const text of ['ив', 'иван', 'анна', '4999', 'петр 1', 'марина 77', 'никого']) {
    const words = text.split(' ');
    const wanted = all
      .filter(
        ({ status, name }) =>
          status === 'new' && words.every((word) => name.toLowerCase().replaceAll('ё', 'е').includes(word)),
      )
      .toSorted((a, b) => b.updatedAt - a.updatedAt)
      .slice(0, 200);
    expect(names('new', text)).toEqual(wanted.map(({ name }) => name));
  }
});

test('who was changed or ended is found as they are, and not as they were', () => {
  const { id } = world.clients.create({ name: 'Смирнова Елена', set: {}, tags: [] });
  expect(names('new', 'смирнова')).toEqual(['Смирнова Елена']);
  world.clients.patch({ id, set: { name: 'Кузнецова Елена' } });
  expect(names('new', 'смирнова')).toEqual([]);
  expect(names('new', 'кузнецова')).toEqual(['Кузнецова Елена']);
  world.clients.remove(id);
  expect(names('new', 'елена')).toEqual([]);
  world.clients.listAnew();
  expect(world.core.db.$client.prepare('SELECT count(*) FROM clients_roster').pluck().get()).toBe(0);
});

test('a tab walks the index by status and time', () => {
  const plan = world.core.db.$client
    .prepare<[], { detail: string }>(
      "EXPLAIN QUERY PLAN SELECT * FROM clients WHERE status IN ('new') ORDER BY updated_at DESC LIMIT 200",
    )
    .all();
  expect(plan.map(({ detail }) => detail).join()).toContain('USING INDEX clients_by_status');
});

describe('a file', () => {
  test('is made, changed and ended here at once, each as one mutation', () => {
    const { id } = world.clients.create({
      name: 'Смирнова Елена',
      set: { phone: '+79001234567', comment: null },
      tags: [],
    });
    expect(world.clients.get(id)).toMatchObject({
      client: {
        id,
        shopId: TEST_WRITER.shopId,
        name: 'Смирнова Елена',
        phone: '+79001234567',
        phones: [],
        tags: [],
        status: 'new',
        createdAt: world.core.now(),
        updatedAt: world.core.now(),
      },
      conflicts: [],
    });
    world.clients.patch({
      id,
      set: { phone: null, email: 'a@b.ru' },
      add: { tags: ['vip', 'опт'] },
      remove: { tags: ['нет'] },
    });
    const { client } = world.clients.get(id) ?? {};
    expect(client).toMatchObject({ email: 'a@b.ru', tags: ['vip', 'опт'] });
    expect(client).not.toHaveProperty('phone');
    world.clients.remove(id);
    expect(world.clients.get(id)).toBeNull();
    expect(names('new')).toEqual([]);
    expect(world.sync.outbox()).toEqual(['client.create', 'client.patch', 'client.delete']);
  });

  test('that is not there cannot be changed or ended', () => {
    expect(codeOf(() => world.clients.patch({ id: ANNA.id, set: { name: 'Ольга' } }))).toBe('clients.not_found');
    expect(codeOf(() => world.clients.remove(ANNA.id))).toBe('clients.not_found');
    expect(world.sync.outbox()).toEqual([]);
  });
});
