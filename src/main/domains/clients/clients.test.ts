import { beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '#main/db/db.ts';
import { createTestDb } from '#main/db/test-db.ts';
import type { ClientCard, ClientTab } from '#shared/clients/clients.schema.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { matchesText } from './clients.rules.ts';
import { type ClientService, createClients } from './clients.service.ts';
import { clients as clientsTable } from './clients.tables.ts';

const ANNA: StaffMember = {
  id: '00000000-0000-7000-8000-0000000000a1',
  name: 'Анна',
  role: 'manager',
  pinVerifier: '',
  active: true,
};

let db: Db;
let member: StaffMember | undefined;
let clients: ClientService;
let serial = 0;

const add = (fields: Partial<ClientCard>) => {
  serial += 1;
  const id = `00000000-0000-7000-8000-${String(serial).padStart(12, '0')}`;
  db.insert(clientsTable)
    .values({ id, name: `Клиент ${serial}`, status: 'new', createdAt: serial, updatedAt: serial, ...fields })
    .run();
};
const names = (tab: ClientTab, text = '') => clients.list({ tab, text }).clients.map(({ name }) => name);

beforeEach(() => {
  db = createTestDb();
  member = ANNA;
  clients = createClients({ db }, { signedIn: () => member });
});

test('with no clients every tab is empty', () => {
  expect(clients.list({ tab: 'new', text: '' })).toEqual({
    clients: [],
    counts: { new: 0, in_work: 0, processed: 0, mine: 0 },
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

const CARD: ClientCard = {
  id: ANNA.id,
  name: 'Семёнов Пётр Ильич',
  phone: '+79001234567',
  registrationAddress: 'г. Тверь, ул. Зелёная, 5',
  status: 'new',
  createdAt: 0,
  updatedAt: 0,
};
test.each([
  ['семенов', true],
  ['ПЁТР сем', true],
  ['1234567', true],
  ['зеленая твер', true],
  ['семенов москва', false],
  ['', true],
])('a card bears "%s": %s', (text, does) => {
  expect(matchesText(CARD, text)).toBe(does);
});

test('a tab walks the index by status and time', () => {
  const plan = db.$client
    .prepare<[], { detail: string }>(
      "EXPLAIN QUERY PLAN SELECT * FROM clients WHERE status IN ('new') ORDER BY updated_at DESC LIMIT 200",
    )
    .all();
  expect(plan.map(({ detail }) => detail).join()).toContain('USING INDEX clients_by_status');
});
