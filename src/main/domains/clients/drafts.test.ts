/** What cannot be saved yet is not lost, and lies nowhere in clear. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sealing } from '#node/sealing.ts';
import { DRAFT_MS } from '#shared/clients/drafts.schema.ts';
import { createTestClients, TEST_SEALING } from '#test/doubles/clients-double.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync } from '#test/doubles/local-sync.ts';
import type { ClientService } from './clients.service.ts';
import { clientDrafts } from './clients.tables.ts';

const anna = { id: '00000000-0000-7000-8000-0000000000a1', name: 'Анна' };
const boris = { id: '00000000-0000-7000-8000-0000000000b1', name: 'Борис' };
const HALF = { typed: { city: 'Москва' }, was: { city: '', street: '' } };

let core: TestCore;
let who: typeof anna;
let sealing: Sealing | undefined;
let clients: ClientService;
let id: string;
const open = () =>
  createTestClients(core, {
    sync: createLocalSync(core, 'manager'),
    sealing: () => sealing,
    signedIn: () => ({ ...who, role: 'manager', pinVerifier: '', active: true }),
  });
const rows = () => core.db.select().from(clientDrafts).all();
beforeEach(() => {
  core = createTestCore();
  who = anna;
  sealing = TEST_SEALING;
  clients = open();
  ({ id } = clients.create({ name: 'Иван Петров', set: {}, tags: [] }));
});

describe('a draft of a form', () => {
  test('is there for who typed it, and for nobody else', () => {
    clients.drafts.keep(id, 'profile', HALF);
    clients.drafts.keep(id, 'profile', { ...HALF, typed: { city: 'Москва', house: '12' } });
    expect(clients.drafts.list(id)).toEqual({ profile: { ...HALF, typed: { city: 'Москва', house: '12' } } });
    who = boris;
    expect(clients.drafts.list(id)).toEqual({});
    clients.drafts.keep(id, 'profile', { typed: { city: 'Тверь' }, was: {} });
    who = anna;
    expect(clients.drafts.list(id)['profile']?.typed).toEqual({ city: 'Москва', house: '12' });
    clients.drafts.keep(id, 'profile', { typed: {}, was: {} });
    expect(rows()).toMatchObject([{ memberId: boris.id }]);
  });

  test('is sealed on the disk, and opens in no other place', () => {
    clients.drafts.keep(id, 'passport', { typed: { number: '567890', lastName: 'Петров' }, was: {} });
    const [row] = rows();
    expect(row?.sealed).toMatch(/^s1\./);
    core.db.update(clientDrafts).set({ form: 'profile' }).run();
    expect(clients.drafts.list(id)).toEqual({});
  });

  test('is not kept without a key: nothing is written in clear', () => {
    sealing = undefined;
    expect(() => clients.drafts.keep(id, 'profile', HALF)).toThrow(
      expect.objectContaining({ code: 'clients.key_missing' }),
    );
    expect(rows()).toEqual([]);
  });

  test('goes with its client, and by itself when nobody comes back to it', () => {
    clients.drafts.keep(id, 'profile', HALF);
    clients.remove(id);
    expect(rows()).toEqual([]);
    const other = clients.create({ name: 'Инна', set: {}, tags: [] }).id;
    clients.drafts.keep(other, 'profile', HALF);
    core.advance(DRAFT_MS + 1);
    clients = open();
    expect(rows()).toEqual([]);
    expect(() => clients.drafts.keep(id, 'profile', HALF)).toThrow(
      expect.objectContaining({ code: 'clients.not_found' }),
    );
  });
});
