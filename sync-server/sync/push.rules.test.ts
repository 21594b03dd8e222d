import { describe, expect, test } from 'vitest';
import { MODES } from '#shared/kernel/mode.ts';
import type { Decision, Mutator } from '#shared/sync/mutator.ts';
import { findMutator, MUTATOR_NAMES } from '#shared/sync/registry.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { actor, client, order } from '#test/sync/fixtures.ts';
import type { KnownRow } from './effects.rules.ts';
import { judge, prepare } from './push.rules.ts';

const NOW = 1_763_000_000_000;
const mutation = (name: string, args: unknown) => ({
  mid: 1,
  name,
  args,
  schema: 1,
  hlc: '0000000000000000',
  base: {},
  h: '0'.repeat(64),
});

describe.each(MUTATOR_NAMES)('%s', (name) => {
  test.each(MODES)('is for the modes that its entry names: %s', (mode) => {
    // Arguments that nobody can read are refused after the mode is: the two refusals tell them apart.
    const prepared = prepare(mutation(name, 'nonsense'), actor(1, 1, mode), { findMutator });
    const isAllowed = findMutator(name)?.modes.includes(mode);
    expect(prepared).toMatchObject({
      kind: 'refused',
      refusal: { code: isAllowed ? 'app.bad_input' : 'auth.forbidden' },
    });
  });
});

describe('a mutator that does what its entry does not say is a fault, and its mutation is parked', () => {
  const till = actor(1);
  const shop = shopScope(till.shopId);
  const sold = order(1, till);
  const file = client(1, till);
  const known = (fields: object): KnownRow => ({
    scope: shop,
    deleted: false,
    fields: { ...fields },
    ver: 1,
    clock: {},
  });
  const rows = new Map([
    [`order:${sold.id}`, known(sold)],
    [`client:${file.id}`, known(file)],
  ]);
  const writer = { deviceId: till.deviceId, incarnation: 1 };
  const honest = findMutator('order.advance');
  const run = (changes: Partial<Mutator>) => {
    if (!honest) throw new Error('no such mutator');
    const mutator: Mutator = { ...honest, ...changes };
    const prepared = prepare(mutation(mutator.name, { id: sold.id, to: 'cancelled' }), till, {
      findMutator: () => mutator,
    });
    return judge(prepared, writer, { writer: till, scopes: [shop] }, NOW, (key) => rows.get(key));
  };
  const decides = (decision: Partial<Extract<Decision, { kind: 'apply' }>>): Partial<Mutator> => ({
    reads: () => [
      { type: 'order', id: sold.id },
      { type: 'client', id: file.id },
    ],
    decide: () => ({ kind: 'apply', puts: [], ...decision }),
  });

  test('I9 a write over a dead row is none either, but refused', () => {
    const dead = { scope: shop, deleted: true, fields: null, ver: 2, clock: null };
    const before = rows.get(`order:${sold.id}`);
    rows.set(`order:${sold.id}`, dead);
    const made = run(decides({ puts: [{ type: 'order', id: sold.id, scope: shop, fields: sold }] }));
    if (before) rows.set(`order:${sold.id}`, before);
    expect(made).toMatchObject({ outcome: { status: 'rejected', code: 'sync.deleted' }, rows: [] });
  });

  test('as it stands it is none', () => {
    expect(run({})).toMatchObject({ outcome: { status: 'applied' }, rows: [{ type: 'order' }] });
  });

  test.each<[string, Partial<Mutator>]>([
    ['another kind of row', { writes: ['visit'] }],
    ['another scope', { scope: 'device' }],
    ['a row that it does not read', decides({ puts: [{ type: 'order', id: 'x', scope: shop, fields: sold }] })],
    ['a deletion of another kind', decides({ deletes: [{ type: 'client', id: file.id }] })],
    [
      'a merged row as a whole',
      { ...decides({ puts: [{ type: 'client', id: file.id, scope: shop, fields: file }] }), writes: ['client'] },
    ],
    [
      'a field that is fixed',
      { ...decides({ patches: [{ type: 'client', id: file.id, set: { createdAt: 1 } }] }), writes: ['client'] },
    ],
    [
      'a patch of nothing',
      {
        ...decides({ patches: [{ type: 'client', id: 'y', set: { name: 'Анна' } }] }),
        reads: () => [{ type: 'client', id: 'y' }],
        writes: ['client'],
      },
    ],
  ])('%s', (_, changes) => {
    expect(run(changes)).toMatchObject({ outcome: { status: 'parked' }, rows: [], fault: expect.any(Error) });
  });
});
