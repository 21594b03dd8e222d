import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { ManagerClient, NewManagerClient } from '#shared/clients/manager.api.ts';
import {
  cardOf,
  deviceOf,
  fileOf,
  minorOf,
  newClientOf,
  paperOf,
  passportRequest,
  passportValues,
  roublesOf,
} from './server-file.rules.ts';

const AT = '2026-03-01T09:00:00.000Z';
const NOBODY = {
  last_name: null,
  first_name: null,
  middle_name: null,
  birth_date: null,
  series: null,
  number: null,
  issued_by: null,
  issue_code: null,
  issue_date: null,
  registration_address: null,
};
const CLIENT = ManagerClient.parse({
  id: '01900000-0000-7000-8000-000000000001',
  status: 'in_verification',
  assigned_manager_id: '01900000-0000-7000-8000-000000000002',
  support_ticket_id: null,
  user: { id: null, name: 'Анна', phone: '9991234567', email: null, address: 'г. Москва, ул. Лесная, д. 12' },
  comment: 'Звонить утром',
  passport: {
    ...NOBODY,
    number: '••••56',
    photo_url: null,
    has_photo: true,
    faults: [{ field: 'series', rule: 'required' }],
  },
  devices: [
    {
      id: '01900000-0000-7000-8000-000000000003',
      device_type: 'Телевизор',
      title: 'LG 43UQ',
      description: null,
      specs: {},
      extra_fee: 0,
      photos: [{ id: 'a', url: null }],
      created_at: AT,
      updated_at: AT,
    },
  ],
  tariff: {
    tariff_id: '01900000-0000-7000-8000-000000000004',
    name: 'Базовый',
    base_fee: 499.9,
    extra_per_device: 1000,
    device_count: 1,
    total_extra_fee: 1000,
    calculated_at: AT,
  },
  contract: null,
  invoices: [],
  conflicts: [],
  created_at: AT,
  updated_at: AT,
  version: '"3.2.1001"',
});
const MEMBERS = [{ id: '01900000-0000-7000-8000-000000000002', name: 'Олег' }];

test.each([
  [0.1 + 0.2, 30],
  [499.9, 49_990],
  [1000, 100_000],
])('%d roubles are %d kopecks, and back', (roubles, minor) => {
  expect(minorOf(roubles)).toBe(minor);
  expect(roublesOf(minor)).toBeCloseTo(roubles, 10);
});

describe('a file of the server', () => {
  const file = fileOf(CLIENT, MEMBERS, []);
  it('is of the version that the server told, with the note that managers leave each other', () => {
    expect(file.version).toBe('"3.2.1001"');
    expect(file.client.comment).toBe('Звонить утром');
  });
  it('says whose it is, and lacks what a contract needs', () => {
    expect(file.assignedName).toBe('Олег');
    expect(file.contract.lacks).toEqual(['passport']);
    expect(file.passport.masked).toEqual({ number: '••••56' });
    expect(file.passport.faults).toEqual([{ field: 'series', rule: 'required' }]);
  });
  it('costs the base and what the tariff asks for each, in kopecks', () => {
    expect(file.contract.fees).toMatchObject({ baseFeeMinor: 49_990, totalMinor: 149_990, dueMinor: 149_990 });
  });
  it('has no address for a picture whose bytes have not come', () => {
    expect(file.appliances[0]?.pictures).toEqual([{ id: 'a', state: 'missing' }]);
  });
  it('is another one than its contract says when it changed after the signature', () => {
    const contract = {
      id: '01900000-0000-7000-8000-000000000005',
      number: 'Д-1',
      version: 1,
      status: 'signed' as const,
      total: 1,
      amount_due: 1,
      created_at: AT,
      otp: null,
      signed_at: AT,
      pep_agreed_at: null,
      signature_hash: 'h',
      signature_hmac: 'm',
      signed_ip: null,
      signed_user_agent: null,
      payment_confirmed_at: null,
    };
    const changed = (status: ManagerClient['status']) =>
      fileOf({ ...CLIENT, status, contract }, MEMBERS, []).contract.isChanged;
    expect([changed('awaiting_contract'), changed('awaiting_payment')]).toEqual([true, false]);
  });
});

test('a card has no keys for what is not known', () => {
  const card = cardOf({
    id: CLIENT.id,
    status: 'new',
    assigned_manager_id: null,
    support_ticket_id: null,
    created_at: AT,
    updated_at: AT,
    user_id: null,
    name: 'Анна',
    phone: null,
    email: null,
    devices_count: 2,
    registration_address: null,
  });
  expect(card).toMatchObject({ name: 'Анна', applianceCount: 2, updatedAt: Date.parse(AT) });
  expect('phone' in card).toBe(false);
});

test('of an appliance goes only what is changed; a description that is emptied goes as null', () => {
  expect(deviceOf({ description: '', extraFeeMinor: 49_990 })).toEqual({ description: null, extra_fee: 499.9 });
});

test('a passport in the words of the server, and back: null empties, what is absent stays', () => {
  expect(passportRequest({ lastName: 'Иванова', middleName: null })).toEqual({
    last_name: 'Иванова',
    middle_name: null,
  });
  expect(passportValues({ ...NOBODY, issue_code: '770-001' })).toEqual({ issueCode: '770-001' });
});

test('a new client goes with ten digits', () => {
  const wire = newClientOf({ id: CLIENT.id, name: 'Анна', phone: '+79991234567' });
  expect(NewManagerClient.parse(wire)).toEqual({ id: CLIENT.id, name: 'Анна', phone: '9991234567' });
});

test('the document of a contract: its bytes to the last, and their hash', async () => {
  const bytes = new Uint8Array([0x25, 0x50, 0x44, 0x46, 0, 255, 128]);
  const { name, base64, sha256 } = await paperOf('Д-2026-1', bytes);
  expect(name).toBe('Д-2026-1.pdf');
  expect([...Buffer.from(base64, 'base64')]).toEqual([...bytes]);
  expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
});
