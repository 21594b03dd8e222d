import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Client } from '../clients/clients.schema.ts';
import { canonicalJson } from '../kernel/canonical.ts';
import { conflictId, type FieldConflict, MAX_CONFLICT_SIDES } from './conflict.schema.ts';
import {
  CREATED,
  compareEdits,
  type Edit,
  type HistoryEntry,
  type MergedRow,
  mergePatch,
  overlay,
} from './merge.rules.ts';
import type { Patch } from './mutator.ts';

const ID = '0190a000-0000-7000-8000-000000000050';
const FILE: Client = {
  id: ID,
  shopId: '0190a000-0000-7000-8000-000000000002',
  name: 'Смирнова Елена',
  phones: [],
  tags: ['опт'],
  status: 'new',
  createdAt: 1,
  updatedAt: 1,
};
const MADE = { at: 0, deviceId: 'maker', incarnation: 1, mid: 1, prev: 0 };

interface Arrival {
  readonly patch: Patch;
  readonly edit: Edit;
}

/** A server's row, its history and its conflicts, as edits arrive. */
function createRow() {
  let row: MergedRow = { fields: FILE, clock: { [CREATED]: MADE }, ver: 1 };
  const history: HistoryEntry[] = [];
  const conflicts = new Map<string, FieldConflict>();
  return {
    arrive: ({ patch, edit }: Arrival, knows = false) => {
      const merged = mergePatch(
        row,
        patch,
        edit,
        (field) => conflicts.get(conflictId(ID, field)),
        () => knows,
      );
      row = { fields: merged.fields, clock: merged.clock, ver: row.ver + 1 };
      history.push(...merged.history);
      for (const conflict of merged.conflicts) conflicts.set(conflict.id, conflict);
      return merged;
    },
    fields: () => row.fields,
    clock: () => row.clock,
    ver: () => row.ver,
    history,
    conflict: (field: string) => conflicts.get(conflictId(ID, field)),
  };
}

const arrivalOf = (
  patch: Omit<Patch<'client'>, 'type' | 'id'>,
  edit: Partial<Edit> & Pick<Edit, 'deviceId' | 'at'>,
): Arrival => ({
  patch: { type: 'client', id: ID, by: edit.deviceId, ...patch },
  edit: { incarnation: 1, mid: 1, base: 1, ...edit },
});

const PHONES = ['+79001111111', '+79002222222', '+79003333333', null];
const TAGS = ['vip', 'опт', 'долг'];
const patches: fc.Arbitrary<Omit<Patch<'client'>, 'type' | 'id'>> = fc.record(
  {
    set: fc.record(
      {
        phone: fc.constantFrom(...PHONES),
        comment: fc.constantFrom('просил звонить утром', 'перенести', null),
        updatedAt: fc.nat({ max: 50 }),
      },
      { requiredKeys: [] },
    ),
    add: fc.record({ tags: fc.subarray(TAGS) }),
    remove: fc.record({ tags: fc.subarray(TAGS) }),
  },
  { requiredKeys: [] },
);
/** Edits with equal times among them, in the order in which they arrive, and another order of the same. */
const arrivals = fc
  .array(fc.tuple(patches, fc.nat({ max: 6 }), fc.constantFrom('a', 'b', 'c')), { maxLength: 12 })
  .chain((made) => {
    const all = made.map(([patch, at, deviceId], index) => arrivalOf(patch, { at: at + 1, deviceId, mid: index + 2 }));
    return fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }));
  });

/** Every value that somebody wrote, by field (or element of a set). */
function written(all: readonly Arrival[]): { key: string; value: unknown; edit: Edit }[] {
  return all.flatMap(({ patch, edit }) => {
    const { phone, comment } = (patch.set ?? {}) as { phone?: string | null; comment?: string | null };
    const { add, remove } = patch as Patch<'client'>;
    const added = new Set(add?.tags ?? []);
    const removed = (remove?.tags ?? []).filter((tag) => !added.has(tag));
    return [
      ...(phone === undefined ? [] : [{ key: 'phone', value: phone, edit }]),
      ...(comment === undefined ? [] : [{ key: 'comment', value: comment, edit }]),
      ...[...added].map((tag) => ({ key: `tags:${tag}`, value: 'present', edit })),
      ...removed.map((tag) => ({ key: `tags:${tag}`, value: 'absent', edit })),
    ];
  });
}
const winnerOf = (all: readonly Arrival[], key: string) =>
  written(all)
    .filter((one) => one.key === key)
    .toSorted((a, b) => compareEdits(a.edit, b.edit))
    .at(-1);

describe('I10 field merge', () => {
  test('I10 each field holds the edit with the largest (time, writer, mid), in whatever order they arrived', () => {
    fc.assert(
      fc.property(arrivals, ([all, shuffled]) => {
        const [one, other] = [createRow(), createRow()];
        for (const arrival of all) one.arrive(arrival);
        for (const arrival of shuffled) other.arrive(arrival);
        expect(canonicalJson(other.fields())).toBe(canonicalJson(one.fields()));
        for (const field of ['phone', 'comment'] as const) {
          expect(one.fields()[field] ?? null).toBe(winnerOf(all, field)?.value ?? null);
        }
        for (const tag of TAGS) {
          const won = winnerOf(all, `tags:${tag}`)?.value ?? (FILE.tags.includes(tag) ? 'present' : 'absent');
          expect((one.fields().tags as string[]).includes(tag)).toBe(won === 'present');
        }
        const times = all.map(({ patch }) => Number(patch.set?.updatedAt ?? 0));
        expect(one.fields().updatedAt).toBe(Math.max(FILE.updatedAt, ...times));
      }),
      { numRuns: 1000 },
    );
  });

  test('I10 every value that did not win is in the history, once, and nothing else is', () => {
    fc.assert(
      fc.property(arrivals, ([all]) => {
        const row = createRow();
        for (const arrival of all) row.arrive(arrival);
        const says = (key: string, value: unknown, { deviceId, mid }: { deviceId: string; mid: number }) =>
          `${key} ${String(value)} ${deviceId} ${mid}`;
        const lost = written(all)
          .filter(({ key, edit }) => winnerOf(all, key)?.edit !== edit)
          .map(({ key, value, edit }) => says(key, value, edit));
        // A tag that the file was made with is displaced by the first that changes it, for good or not.
        const made = written(all).some(({ key }) => key === 'tags:опт') ? [says('tags:опт', 'present', MADE)] : [];
        expect(row.history.map(({ field, value, stamp }) => says(field, value, stamp)).toSorted()).toEqual(
          [...lost, ...made].toSorted(),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('I10 the same edit twice changes nothing', () => {
    fc.assert(
      fc.property(arrivals, ([all]) => {
        const row = createRow();
        for (const arrival of all) row.arrive(arrival);
        const before = canonicalJson([row.fields(), row.clock()]);
        for (const arrival of all) row.arrive(arrival);
        expect(canonicalJson([row.fields(), row.clock()])).toBe(before);
      }),
    );
  });

  test('I10 where nobody knew of anybody, the open conflict names every value that is not kept', () => {
    const strangers = fc
      .array(fc.tuple(fc.constantFrom(...PHONES), fc.nat({ max: 6 })), { maxLength: 6 })
      .map((made) =>
        made.map(([phone, at], index) => arrivalOf({ set: { phone } }, { at: at + 1, deviceId: `d${index}` })),
      );
    fc.assert(
      fc.property(strangers, (all) => {
        const row = createRow();
        for (const arrival of all) row.arrive(arrival);
        const kept = row.fields().phone ?? null;
        const lost = new Set(written(all).map(({ value }) => value));
        lost.delete(kept);
        const found = row.conflict('phone');
        const open = found?.resolvedAt === undefined ? found : undefined;
        expect(new Set(open?.others.map(({ value }) => value))).toEqual(lost);
        if (open) expect(open.kept.value).toBe(kept);
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  ['time', { at: 2, deviceId: 'a', incarnation: 1, mid: 1 }, { at: 1, deviceId: 'b', incarnation: 9, mid: 9 }],
  ['writer', { at: 1, deviceId: 'b', incarnation: 1, mid: 1 }, { at: 1, deviceId: 'a', incarnation: 9, mid: 9 }],
  ['incarnation', { at: 1, deviceId: 'a', incarnation: 10, mid: 1 }, { at: 1, deviceId: 'a', incarnation: 9, mid: 9 }],
  ['mid', { at: 1, deviceId: 'a', incarnation: 1, mid: 10 }, { at: 1, deviceId: 'a', incarnation: 1, mid: 9 }],
])('I10 the larger %s wins before what comes after it', (_, winner, loser) => {
  expect(compareEdits(winner, loser)).toBeGreaterThan(0);
  expect(compareEdits(loser, winner)).toBeLessThan(0);
  expect(compareEdits(winner, winner)).toBe(0);
});

describe('a conflict', () => {
  const phone = (value: string | null) => ({ set: { phone: value } });
  const [FIRST, SECOND, THIRD] = PHONES as [string, string, string];

  test('is none when the later hand had seen the earlier, and is one when it had not, whoever wins', () => {
    const seen = createRow();
    seen.arrive(arrivalOf(phone(FIRST), { at: 10, deviceId: 'a', base: 1 }));
    seen.arrive(arrivalOf(phone(SECOND), { at: 20, deviceId: 'b', base: 2 }));
    expect(seen.conflict('phone')).toBeUndefined();

    for (const [at, kept] of [
      [20, SECOND],
      [5, FIRST],
    ] as const) {
      const unseen = createRow();
      unseen.arrive(arrivalOf(phone(FIRST), { at: 10, deviceId: 'a', base: 1 }));
      const { superseded } = unseen.arrive(arrivalOf(phone(SECOND), { at, deviceId: 'b', base: 1 }));
      expect(superseded).toEqual(kept === SECOND ? [] : ['phone']);
      expect(unseen.conflict('phone')).toMatchObject({
        kept: { value: kept, by: kept === FIRST ? 'a' : 'b' },
        others: [{ value: kept === FIRST ? SECOND : FIRST }],
      });
      expect(unseen.conflict('phone')?.resolvedAt).toBeUndefined();
    }
  });

  test('is also one when a hand that had seen the value loses to it: a clock must not swallow work', () => {
    const row = createRow();
    row.arrive(arrivalOf(phone(FIRST), { at: 10, deviceId: 'a', base: 1 }));
    row.arrive(arrivalOf(phone(SECOND), { at: 9, deviceId: 'b', base: 2 }));
    expect(row.conflict('phone')).toMatchObject({ kept: { value: FIRST }, others: [{ value: SECOND, by: 'b' }] });
  });

  test('a base of another timeline, above the row, counts as not seen', () => {
    const row = createRow();
    row.arrive(arrivalOf(phone(FIRST), { at: 10, deviceId: 'a', base: 1 }));
    row.arrive(arrivalOf(phone(SECOND), { at: 20, deviceId: 'b', base: 900 }));
    expect(row.conflict('phone')).toMatchObject({ kept: { value: SECOND } });
  });

  test('is none between edits of one writer, of other fields, or with one value', () => {
    const row = createRow();
    row.arrive(arrivalOf(phone(FIRST), { at: 10, deviceId: 'a', mid: 1 }));
    row.arrive(arrivalOf(phone(SECOND), { at: 11, deviceId: 'a', mid: 2 }));
    row.arrive(arrivalOf({ set: { comment: 'звонить утром' } }, { at: 12, deviceId: 'b' }));
    row.arrive(arrivalOf(phone(SECOND), { at: 13, deviceId: 'c' }));
    row.arrive(arrivalOf({ add: { tags: ['vip'] } }, { at: 14, deviceId: 'd' }));
    row.arrive(arrivalOf({ remove: { tags: ['vip'] } }, { at: 14, deviceId: 'c' }));
    expect(row.conflict('phone')).toBeUndefined();
    expect(row.conflict('comment')).toBeUndefined();
    expect(row.conflict('tags')).toBeUndefined();
    expect(row.fields().tags).toEqual(['vip', 'опт']);
  });

  test('stays open under a hand that has not seen it, and ends with one that has', () => {
    const row = createRow();
    row.arrive(arrivalOf(phone(FIRST), { at: 10, deviceId: 'a' }));
    row.arrive(arrivalOf(phone(SECOND), { at: 20, deviceId: 'b' }));
    row.arrive(arrivalOf(phone(THIRD), { at: 21, deviceId: 'b', mid: 2 }));
    expect(row.conflict('phone')).toMatchObject({ kept: { value: THIRD }, others: [{ value: FIRST }] });
    row.arrive(arrivalOf(phone(null), { at: 30, deviceId: 'c', base: row.ver() }), true);
    expect(row.conflict('phone')).toMatchObject({ kept: { value: null }, resolvedAt: 30, resolvedBy: 'c' });
    row.arrive(arrivalOf(phone(FIRST), { at: 31, deviceId: 'd', base: 1 }));
    expect(row.conflict('phone')).toMatchObject({ kept: { value: FIRST }, others: [{ value: null, by: 'c' }] });
    expect(row.conflict('phone')?.resolvedAt).toBeUndefined();
  });

  test('shows so many sides and no more; all are in the history', () => {
    const row = createRow();
    for (let n = 0; n < 2 * MAX_CONFLICT_SIDES; n += 1) {
      row.arrive(arrivalOf({ set: { comment: `мнение ${n}` } }, { at: n + 1, deviceId: `d${n}` }));
    }
    expect(row.conflict('comment')?.others).toHaveLength(MAX_CONFLICT_SIDES);
    expect(row.history).toHaveLength(2 * MAX_CONFLICT_SIDES - 1);
  });
});

describe('what may not be patched is a fault', () => {
  test.each<Omit<Patch<'client'>, 'type' | 'id'>>([
    { set: { id: ID } },
    { set: { shopId: 'x' } },
    { set: { createdAt: 1 } },
    { set: { tags: ['vip'] } },
    { add: { name: ['Анна'] } },
    { set: { surprise: 1 } as object },
    { set: { constructor: 1 } as object },
  ])('%j', (patch) => {
    const whole: Patch = { type: 'client', id: ID, ...patch };
    expect(() => overlay(FILE, whole)).toThrow();
    expect(() => createRow().arrive({ patch: whole, edit: arrivalOf({}, { at: 1, deviceId: 'a' }).edit })).toThrow();
  });
});

test('a device shows its own edit as the server would, were it alone', () => {
  fc.assert(
    fc.property(patches, (patch) => {
      const arrival = arrivalOf(patch, { at: 60, deviceId: 'a' });
      expect(overlay(FILE, arrival.patch)).toEqual(createRow().arrive(arrival).fields);
    }),
  );
});
