import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toEnd } from '../kernel/steps.ts';
import { defineMutator, type Mutator, type Put, type RowPut } from './mutator.ts';
import { parseRefKey, refKey } from './refs.ts';
import { closure, type PendingMutation, replay } from './replay.ts';
import { isStorable } from './storable.ts';

const WRITER = { organizationId: 'o', shopId: 's', deviceId: 'd' };
const ROWS = ['a', 'b', 'c', 'd', 'e'] as const;

/** Appends its name to every row it is given: order and repetition show in the result. */
const append = defineMutator({
  name: 'append',
  fact: false,
  modes: ['kiosk'],
  merge: 'transitions',
  writes: ['shop'],
  scope: 'shop',
  args: z.strictObject({ rows: z.array(z.enum(ROWS)), mark: z.string() }),
  reads: ({ rows }) => rows.map((id) => ({ type: 'shop' as const, id })),
  decide: ({ rows, mark }, known) => {
    const seen = rows.map((id) => (known.get({ type: 'shop', id }) as { text?: string } | undefined)?.text ?? '');
    return {
      kind: 'apply',
      // Each row takes in what all of them said: replaying one without the others would show.
      puts: rows.map(
        (id) => ({ type: 'shop', id, scope: 'shop:s', fields: { text: `${seen.join('|')}${mark}` } }) as unknown as Put,
      ),
    };
  },
}) as Mutator;
const find = (name: string) => (name === 'append' ? append : undefined);

const pendings = fc
  .array(fc.uniqueArray(fc.constantFrom(...ROWS), { minLength: 1, maxLength: 2 }), { maxLength: 10 })
  .map((lists) =>
    lists.map(
      (rows, index): PendingMutation => ({
        mid: index + 1,
        name: 'append',
        args: { rows, mark: String(index) },
        at: 0,
      }),
    ),
  );
const touches = (one: PendingMutation) => (one.args as { rows: string[] }).rows.map((id) => `shop:${id}`);
const shown = (put: RowPut | undefined) => (put?.fields ? { scope: put.scope, fields: put.fields } : undefined);
const text = (puts: ReadonlyMap<string, RowPut>, key: string) =>
  (puts.get(key)?.fields as unknown as { text: string } | undefined)?.text;

describe('replay', () => {
  test('of the part that a change reaches shows the same as replay of everything', () => {
    fc.assert(
      fc.property(pendings, fc.subarray([...ROWS]), (pending, seeds) => {
        const base = () => undefined;
        const all = replay(pending, base, WRITER, find).puts;
        const touching = (key: string) =>
          pending.map((one) => ({ mid: one.mid, touches: touches(one) })).filter((one) => one.touches.includes(key));
        const reach = toEnd(
          closure(
            seeds.map((id) => `shop:${id}`),
            touching,
          ),
        );
        const part = replay(
          pending.filter(({ mid }) => reach.mids.has(mid)),
          base,
          WRITER,
          find,
        ).puts;
        for (const key of reach.keys) expect(text(part, key)).toBe(text(all, key));
        for (const key of part.keys()) expect(reach.keys).toContain(key);
      }),
    );
  });

  test('in two stretches shows the same as in one', () => {
    fc.assert(
      fc.property(pendings, fc.nat({ max: 10 }), (pending, cut) => {
        const whole = replay(pending, () => undefined, WRITER, find).puts;
        const first = replay(pending.slice(0, cut), () => undefined, WRITER, find).puts;
        const second = replay(pending.slice(cut), (key) => shown(first.get(key)), WRITER, find).puts;
        for (const key of whole.keys()) expect(text(second, key) ?? text(first, key)).toBe(text(whole, key));
      }),
    );
  });

  test('a mutation that is unknown, unreadable or throws leaves no trace and does not stop the others', () => {
    const broken: Mutator = {
      ...append,
      decide: () => {
        throw new Error('ours');
      },
    };
    const { puts, idle, faults } = replay(
      [
        { mid: 1, name: 'nobody', args: {}, at: 0 },
        { mid: 2, name: 'append', args: { rows: ['z'] }, at: 0 },
        { mid: 3, name: 'broken', args: { rows: ['a'], mark: 'x' }, at: 0 },
        { mid: 4, name: 'append', args: { rows: ['a'], mark: 'y' }, at: 0 },
      ],
      () => undefined,
      WRITER,
      (name) => (name === 'broken' ? broken : find(name)),
    );
    expect([...puts.keys()]).toEqual(['shop:a']);
    expect(idle).toEqual([1, 2]);
    expect(faults.map(({ mid }) => mid)).toEqual([3]);
  });
});

test('a key says its row back, also when the id has colons', () => {
  expect(parseRefKey(refKey({ type: 'visit', id: 'a:b' }))).toEqual({ type: 'visit', id: 'a:b' });
  expect(parseRefKey('toString:1')).toBeUndefined();
});

test('text that jsonb refuses is found wherever it hides', () => {
  const bad = ['\0', 'a\0b', '\ud800', 'x\udc00'];
  for (const text of bad) {
    for (const value of [text, [text], { [text]: 1 }, { a: [{ b: text }] }]) expect(isStorable(value)).toBe(false);
  }
  for (const value of ['я', '😀', null, 1, { a: ['б', true] }, undefined]) expect(isStorable(value)).toBe(true);
});
