import { beforeEach, describe, expect, test } from 'vitest';
import type { Client, ClientTab } from '#shared/clients/clients.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { conflictId, type FieldConflict } from '#shared/sync/conflict.schema.ts';
import { createTestClients } from '#test/doubles/clients-double.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync, type LocalSync, TEST_WRITER } from '#test/doubles/local-sync.ts';
import type { ClientService } from './clients.service.ts';
import { clients as clientsTable, fieldConflicts } from './clients.tables.ts';

const ANNA: StaffMember = {
  id: '00000000-0000-7000-8000-0000000000a1',
  name: 'Анна',
  role: 'manager',
  pinVerifier: '',
  active: true,
};
const SCOPE = `shop:${TEST_WRITER.shopId}`;

let core: TestCore;
let sync: LocalSync;
let member: StaffMember | undefined;
let clients: ClientService;
let serial = 0;

/** A file as the server gave it. */
const add = (changes: Partial<Client> = {}): Client => {
  serial += 1;
  const id = `00000000-0000-7000-8000-${String(serial).padStart(12, '0')}`;
  const fields: Client = {
    id,
    shopId: TEST_WRITER.shopId,
    name: `Клиент ${serial}`,
    phones: [],
    tags: [],
    status: 'new',
    createdAt: serial,
    updatedAt: serial,
    ...changes,
  };
  core.db.insert(clientsTable).values({ id, scope: SCOPE, ver: serial, fields }).run();
  return fields;
};
const addConflict = (of: Client, changes: Partial<FieldConflict> = {}): FieldConflict => {
  const side = (mid: number, value: string | null) => ({
    deviceId: `device-${mid}`,
    incarnation: 1,
    mid,
    value,
    at: mid,
  });
  const fields: FieldConflict = {
    id: conflictId(of.id, 'phone'),
    entityType: 'client',
    entityId: of.id,
    field: 'phone',
    kept: { ...side(1, of.phone ?? null), by: 'Ольга' },
    others: [{ ...side(2, '+79002222222'), deviceId: TEST_WRITER.deviceId, by: 'Анна' }, side(3, null)],
    ...changes,
  };
  core.db.insert(fieldConflicts).values({ id: fields.id, scope: SCOPE, ver: 90, fields }).run();
  return fields;
};
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
};
const names = (tab: ClientTab, text = '') => clients.list({ tab, text }).clients.map(({ name }) => name);

beforeEach(() => {
  core = createTestCore();
  sync = createLocalSync(core, 'manager');
  member = ANNA;
  clients = createTestClients(core, {
    sync,
    signedIn: () => member,
    memberName: (id) => (id === ANNA.id ? ANNA.name : undefined),
  });
});

test('with no clients every tab is empty', () => {
  expect(clients.list({ tab: 'new', text: '' })).toEqual({
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
    expect(clients.list({ tab: 'new', text: 'никого' })).toEqual({
      clients: [],
      counts: { new: 1, in_work: 3, processed: 1, mine: 2 },
      disputed: [],
    });
  });

  test('nobody has no clients of his own', () => {
    member = undefined;
    expect(clients.list({ tab: 'mine', text: '' })).toMatchObject({ clients: [], counts: { mine: 0, new: 1 } });
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
  const all = core.db
    .select({ fields: clientsTable.fields })
    .from(clientsTable)
    .all()
    .map(({ fields }) => fields);
  // What is asked for at once is listed in parts.
  for (let turn = 0; turn < 60; turn += 1) clients.list({ tab: 'new', text: 'а' });
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
  const { id } = clients.create({ name: 'Смирнова Елена', set: {}, tags: [] });
  expect(names('new', 'смирнова')).toEqual(['Смирнова Елена']);
  clients.patch({ id, set: { name: 'Кузнецова Елена' } });
  expect(names('new', 'смирнова')).toEqual([]);
  expect(names('new', 'кузнецова')).toEqual(['Кузнецова Елена']);
  clients.remove(id);
  expect(names('new', 'елена')).toEqual([]);
  clients.listAnew();
  expect(core.db.$client.prepare('SELECT count(*) FROM clients_roster').pluck().get()).toBe(0);
});

test('a tab walks the index by status and time', () => {
  const plan = core.db.$client
    .prepare<[], { detail: string }>(
      "EXPLAIN QUERY PLAN SELECT * FROM clients WHERE status IN ('new') ORDER BY updated_at DESC LIMIT 200",
    )
    .all();
  expect(plan.map(({ detail }) => detail).join()).toContain('USING INDEX clients_by_status');
});

describe('a file', () => {
  test('is made, changed and ended here at once, each as one mutation', () => {
    const { id } = clients.create({ name: 'Смирнова Елена', set: { phone: '+79001234567', comment: null }, tags: [] });
    expect(clients.get(id)).toMatchObject({
      client: {
        id,
        shopId: TEST_WRITER.shopId,
        name: 'Смирнова Елена',
        phone: '+79001234567',
        phones: [],
        tags: [],
        status: 'new',
        createdAt: core.now(),
        updatedAt: core.now(),
      },
      conflicts: [],
    });
    clients.patch({
      id,
      set: { phone: null, email: 'a@b.ru' },
      add: { tags: ['vip', 'опт'] },
      remove: { tags: ['нет'] },
    });
    const { client } = clients.get(id) ?? {};
    expect(client).toMatchObject({ email: 'a@b.ru', tags: ['vip', 'опт'] });
    expect(client).not.toHaveProperty('phone');
    clients.remove(id);
    expect(clients.get(id)).toBeNull();
    expect(names('new')).toEqual([]);
    expect(sync.outbox()).toEqual(['client.create', 'client.patch', 'client.delete']);
  });

  test('that is not there cannot be changed or ended', () => {
    expect(codeOf(() => clients.patch({ id: ANNA.id, set: { name: 'Ольга' } }))).toBe('clients.not_found');
    expect(codeOf(() => clients.remove(ANNA.id))).toBe('clients.not_found');
    expect(sync.outbox()).toEqual([]);
  });
});

describe('a conflict', () => {
  test('marks the card and says who wrote what; a settled one does neither', () => {
    const [open, settled] = [add({ phone: '+79001111111' }), add()];
    addConflict(open);
    addConflict(settled, { resolvedAt: 5 });
    expect(clients.list({ tab: 'new', text: '' }).clients.map(({ id, conflicts }) => [id, conflicts])).toEqual([
      [settled.id, []],
      [open.id, ['phone']],
    ]);
    expect(clients.list({ tab: 'processed', text: '' }).disputed).toEqual([{ id: open.id, name: open.name }]);
    expect(clients.get(settled.id)?.conflicts).toEqual([]);
    expect(clients.get(open.id)?.conflicts).toEqual([
      {
        row: 'client',
        id: open.id,
        field: 'phone',
        kept: {
          edit: { deviceId: 'device-1', incarnation: 1, mid: 1 },
          value: '+79001111111',
          at: 1,
          by: 'Ольга',
          isOurs: false,
        },
        others: [
          {
            edit: { deviceId: TEST_WRITER.deviceId, incarnation: 1, mid: 2 },
            value: '+79002222222',
            at: 2,
            by: 'Анна',
            isOurs: true,
          },
          { edit: { deviceId: 'device-3', incarnation: 1, mid: 3 }, at: 3, isOurs: false },
        ],
      },
    ]);
  });

  test('over whose client it is names members', () => {
    const file = add();
    const kept = { deviceId: 'device-1', incarnation: 1, mid: 1, value: ANNA.id, at: 1 };
    const stranger = { ...kept, mid: 2, value: '00000000-0000-7000-8000-0000000000a9' };
    addConflict(file, { field: 'assignedTo', kept, others: [stranger] });
    expect(clients.get(file.id)?.conflicts).toMatchObject([
      { kept: { value: 'Анна' }, others: [{ value: stranger.value }] },
    ]);
  });

  test.each([
    ['keeps what is there', 1, '+79001111111'],
    ['takes the other', 2, '+79002222222'],
    ['takes an emptied one', 3, undefined],
  ])('%s', (_, mid, phone) => {
    const file = add({ phone: '+79001111111' });
    const { kept, others } = addConflict(file);
    const side = [kept, ...others].find((one) => one.mid === mid);
    if (!side) throw new Error('no such side');
    const choose = { deviceId: side.deviceId, incarnation: side.incarnation, mid };
    clients.resolveConflict({ row: 'client', id: file.id, field: 'phone', choose });
    expect(clients.get(file.id)?.client.phone).toBe(phone);
    expect(clients.get(file.id)?.conflicts).toEqual([]);
    expect(sync.outbox()).toEqual(['client.resolve_conflict']);
  });

  test('that was settled meanwhile is not settled otherwise', () => {
    const file = add({ phone: '+79001111111' });
    addConflict(file, { resolvedAt: 5 });
    const choose = { deviceId: TEST_WRITER.deviceId, incarnation: 1, mid: 2 };
    expect(codeOf(() => clients.resolveConflict({ row: 'client', id: file.id, field: 'phone', choose }))).toBe(
      'clients.conflict_changed',
    );
    expect(clients.get(file.id)?.client.phone).toBe('+79001111111');
  });
});
