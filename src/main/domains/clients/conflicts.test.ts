import { describe, expect, test } from 'vitest';
import type { Client } from '#shared/clients/clients.schema.ts';
import { conflictId, type FieldConflict } from '#shared/sync/conflict.schema.ts';
import { ANNA, openClientsWorld, SCOPE } from '#test/doubles/clients-world.ts';
import { TEST_WRITER } from '#test/doubles/local-sync.ts';
import { fieldConflicts } from './clients.tables.ts';

const { world, add, codeOf } = openClientsWorld();
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
  world.core.db.insert(fieldConflicts).values({ id: fields.id, scope: SCOPE, ver: 90, fields }).run();
  return fields;
};

describe('a conflict', () => {
  test('marks the card and says who wrote what; a settled one does neither', () => {
    const [open, settled] = [add({ phone: '+79001111111' }), add()];
    addConflict(open);
    addConflict(settled, { resolvedAt: 5 });
    expect(world.clients.list({ tab: 'new', text: '' }).clients.map(({ id, conflicts }) => [id, conflicts])).toEqual([
      [settled.id, []],
      [open.id, ['phone']],
    ]);
    expect(world.clients.list({ tab: 'processed', text: '' }).disputed).toEqual([{ id: open.id, name: open.name }]);
    expect(world.clients.get(settled.id)?.conflicts).toEqual([]);
    expect(world.clients.get(open.id)?.conflicts).toEqual([
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
    expect(world.clients.get(file.id)?.conflicts).toMatchObject([
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
    world.clients.resolveConflict({ row: 'client', id: file.id, field: 'phone', choose });
    expect(world.clients.get(file.id)?.client.phone).toBe(phone);
    expect(world.clients.get(file.id)?.conflicts).toEqual([]);
    expect(world.sync.outbox()).toEqual(['client.resolve_conflict']);
  });

  test('that was settled meanwhile is not settled otherwise', () => {
    const file = add({ phone: '+79001111111' });
    addConflict(file, { resolvedAt: 5 });
    const choose = { deviceId: TEST_WRITER.deviceId, incarnation: 1, mid: 2 };
    expect(codeOf(() => world.clients.resolveConflict({ row: 'client', id: file.id, field: 'phone', choose }))).toBe(
      'clients.conflict_changed',
    );
    expect(world.clients.get(file.id)?.client.phone).toBe('+79001111111');
  });
});
