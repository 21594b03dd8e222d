import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  ARGS,
  CONTEXT,
  client,
  id,
  order,
  PLACED,
  payment,
  record,
  WORLD,
  WRITER,
} from '#test/sync/registry-worlds.ts';
import { mayClientBecome } from '../clients/clients.rules.ts';
import type { FiscalRecord } from '../fiscal/fiscal.schema.ts';
import { canonicalJson } from '../kernel/canonical.ts';
import { MODES } from '../kernel/mode.ts';
import { mayOrderBecome } from '../orders/orders.rules.ts';
import { mayVisitBecome } from '../visits/visits.rules.ts';
import { ENTITIES, ENTITY_TYPES, type EntityType, entityKind } from './entities.ts';
import { registersOf } from './merge.rules.ts';
import type { Decision, Mutator, RowPut } from './mutator.ts';
import { refKey } from './refs.ts';
import { findMutator, MUTATOR_NAMES, type MutatorName } from './registry.ts';
import { type BaseLookup, declaredRows, effectOf, UndeclaredWrite } from './replay.ts';
import { scopeKind } from './scopes.ts';

/** Rows that have a state, and which steps there are. A receipt that is done stays done. */
const MACHINES: { readonly [T in EntityType]?: (from: never, to: never) => boolean } = {
  order: mayOrderBecome,
  visit: mayVisitBecome,
  client: mayClientBecome,
  fiscal_record: (from: FiscalRecord['status']) => from !== 'done',
};

function get(name: MutatorName): Mutator {
  const mutator = findMutator(name);
  if (mutator === undefined) throw new Error(name);
  return mutator;
}

function decide(
  mutator: Mutator,
  args: unknown,
  world: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): Decision {
  const parsed = mutator.args.parse(args);
  const rows = declaredRows(mutator.name, mutator.reads(parsed), (key) => world.get(key));
  return mutator.decide(parsed, rows, CONTEXT);
}

const rowsOf =
  (world: ReadonlyMap<string, Readonly<Record<string, unknown>>>): BaseLookup =>
  (key) => {
    const fields = world.get(key);
    return fields && { scope: `shop:${WRITER.shopId}`, fields };
  };
const effect = (
  mutator: Mutator,
  world: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  decision: Decision,
): RowPut[] => (decision.kind === 'apply' ? effectOf(mutator, decision, rowsOf(world)) : []);

const after = (mutator: Mutator, world: ReadonlyMap<string, Readonly<Record<string, unknown>>>, decision: Decision) => {
  const next = new Map(world);
  for (const row of effect(mutator, world, decision)) {
    if (row.fields === null) next.delete(refKey(row));
    else next.set(refKey(row), row.fields);
  }
  return next;
};

test('who may ask for what', () => {
  expect(
    MUTATOR_NAMES.map((name) => {
      const { fact, modes, merge, writes, scope } = get(name);
      const who = MODES.filter((mode) => modes.includes(mode)).join(', ');
      return `${name}: ${who}${fact ? ' (fact)' : ''} | ${merge} | ${writes.join(', ')} | ${scope}`;
    }),
  ).toEqual([
    'visit.start: kiosk (fact) | insert_once | visit | device',
    'visit.update: kiosk | transitions | visit | device',
    'visit.finish: kiosk (fact) | transitions | visit | device',
    'visit.erase: kiosk | transitions | visit | device',
    'report.make: kiosk (fact) | insert_once | report | device',
    'order.place: kiosk, cashier | insert_once | order | shop',
    'order.advance: kiosk, cashier | transitions | order | shop',
    'order.mark_print: kiosk (fact) | transitions | order | shop',
    'order.forget_customer: kiosk | transitions | order | shop',
    'payment.settle: kiosk, cashier (fact) | insert_once | payment, order | shop',
    'refund.make: kiosk, cashier (fact) | insert_once | refund, payment, order | shop',
    'fiscal.report: kiosk, cashier (fact) | report | fiscal_record | shop',
    'fiscal.shift_report: kiosk, cashier (fact) | insert_once | shift_report | shop',
    'kiosk.report_error: kiosk (fact) | transitions | kiosk_error, kiosk | device',
    'code.redeem: kiosk (fact) | transitions | free_code, kiosk_ledger | device',
    'code.return: kiosk (fact) | transitions | free_code, kiosk_ledger | device',
    'client.create: manager | insert_once | client | shop',
    'client.patch: manager | fields | client, field_conflict | shop',
    'client.take: manager | fields | client, field_conflict | shop',
    'client.advance: manager | transitions | client | shop',
    'client.delete: manager | delete | client, passport, appliance, field_conflict | shop',
    'client.resolve_conflict: manager | transitions | client, field_conflict | shop',
    'passport.patch: manager | fields | passport, field_conflict, client | shop',
    'passport.resolve_conflict: manager | transitions | passport, field_conflict | shop',
    'passport.reveal: manager (fact) | insert_once | passport_reveal | shop',
    'appliance.create: manager | insert_once | appliance, client | shop',
    'appliance.patch: manager | fields | appliance, field_conflict, client | shop',
    'appliance.delete: manager | delete | appliance, field_conflict, client | shop',
    'appliance.resolve_conflict: manager | transitions | appliance, field_conflict | shop',
  ]);
});

describe('the registry and the entities agree', () => {
  test.each(ENTITY_TYPES)('%s', (type) => {
    const { merge, fields, schema, scope } = entityKind(type);
    const writers = MUTATOR_NAMES.map(get).filter(({ writes }) => writes.includes(type));
    expect(writers.length > 0).toBe(merge !== 'server');
    for (const writer of writers) expect(writer.scope).toBe(scope);
    expect(fields !== undefined).toBe(merge === 'fields');
    // A field without a rule could be written by nobody, and one that is forgotten would be merged by chance.
    if (fields) expect(Object.keys(fields).toSorted()).toEqual(Object.keys((schema as z.ZodObject).shape).toSorted());
  });

  test('fields of rows that share an id have different names: a conflict is named by id and field', () => {
    const shared = registersOf('client').filter((field) => registersOf('passport').includes(field));
    expect(shared).toEqual([]);
  });

  test('I12 money is never merged, and money and fiscal data never leave the server', () => {
    for (const type of ['payment', 'refund', 'fiscal_record', 'shift_report', 'order'] as const) {
      expect(entityKind(type).merge).not.toBe('fields');
      expect(entityKind(type).retention.serverDays).toBeNull();
    }
    for (const type of ['payment', 'refund', 'shift_report'] as const) {
      expect(entityKind(type).merge).toBe('insert_once');
    }
    for (const name of MUTATOR_NAMES) {
      const { writes, merge } = get(name);
      if (writes.some((type) => type === 'payment' || type === 'fiscal_record')) expect(merge).not.toBe('fields');
    }
  });

  test('a decision that writes what its entry does not name is a fault', () => {
    const honest = get('order.advance');
    const sly: Mutator = { ...honest, writes: ['visit'] };
    const world = new Map([[`order:${id(10)}`, order('paid')]]);
    const decision = decide(sly, { id: id(10), to: 'fulfilled' }, world);
    expect(effect(honest, world, decision)).toHaveLength(1);
    expect(() => effect(sly, world, decision)).toThrow(UndeclaredWrite);
    const deletes: Mutator = { ...get('client.delete'), writes: ['field_conflict'] };
    const files = new Map([[`client:${id(50)}`, client('new')]]);
    expect(() => effect(deletes, files, decide(deletes, { id: id(50) }, files))).toThrow(UndeclaredWrite);
    const patches: Mutator = { ...get('client.patch'), writes: ['field_conflict'] };
    expect(() => effect(patches, files, decide(patches, { id: id(50), set: {} }, files))).toThrow(UndeclaredWrite);
  });
});

test('a name that is no mutator is none, also when JavaScript knows it', () => {
  for (const name of ['', 'toString', '__proto__', 'constructor', 'order.nothing'])
    expect(findMutator(name)).toBeUndefined();
});

describe.each(MUTATOR_NAMES)('%s', (name) => {
  const mutator = get(name);

  test('refuses arguments with members it does not know', () => {
    fc.assert(
      fc.property(ARGS[name], (args) => {
        expect(mutator.args.safeParse({ ...(args as object), surprise: 1 }).success).toBe(false);
        expect(mutator.args.safeParse(args).success).toBe(true);
      }),
    );
  });

  test('reads only what it declares, writes only what it reads, in the schema and the scopes of its writer', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        const declared = new Set(mutator.reads(mutator.args.parse(args)).map(refKey));
        const decision = decide(mutator, args, world);
        if (decision.kind === 'reject') return;
        const rows = effect(mutator, world, decision);
        expect(new Set(decision.puts.map(refKey)).size).toBe(decision.puts.length);
        for (const row of rows) {
          expect(declared).toContain(refKey(row));
          expect(mutator.writes).toContain(row.type);
          expect(row.fields === null || ENTITIES[row.type].schema.safeParse(row.fields).success).toBe(true);
        }
        for (const put of decision.puts) {
          expect([`shop:${WRITER.shopId}`, `device:${WRITER.deviceId}`]).toContain(put.scope);
          expect(scopeKind(put.scope)).toBe(mutator.scope);
        }
      }),
    );
  });

  test('decides the same each time and leaves its arguments and rows alone', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        const before = canonicalJson([args, [...world]]);
        expect(decide(mutator, args, world)).toEqual(decide(mutator, args, world));
        expect(canonicalJson([args, [...world]])).toBe(before);
      }),
    );
  });

  test('takes nobody a step back: what has a state moves along its transitions only', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        for (const row of effect(mutator, world, decide(mutator, args, world))) {
          const machine = MACHINES[row.type];
          const from = world.get(refKey(row))?.['status'];
          if (machine === undefined || row.fields === null || typeof from !== 'string') continue;
          const { status: to } = row.fields as unknown as { readonly status: string };
          expect(to === from || machine(from as never, to as never), `${row.type}: ${from} to ${to}`).toBe(true);
        }
      }),
    );
  });

  test('asked twice changes nothing the second time', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        const once = after(mutator, world, decide(mutator, args, world));
        expect(canonicalJson([...after(mutator, once, decide(mutator, args, once))])).toBe(canonicalJson([...once]));
      }),
    );
  });

  test.runIf(mutator.anonymous !== undefined)(
    'is a mutation still, of the same rows, without who the guest was',
    () => {
      fc.assert(
        fc.property(ARGS[name], (given) => {
          const args = mutator.args.parse(given);
          const without = mutator.anonymous?.(args);
          expect(mutator.args.parse(without)).toEqual(without);
          expect(mutator.reads(without)).toEqual(mutator.reads(args));
          expect(JSON.stringify(without)).not.toMatch(/@|\+7/);
        }),
      );
    },
  );

  test.runIf(mutator.fact)('is a fact: it is never refused', () => {
    fc.assert(
      fc.property(ARGS[name], WORLD, (args, world) => {
        expect(decide(mutator, args, world).kind).toBe('apply');
      }),
    );
  });
});

describe('money', () => {
  test('a payment is never changed, and the order follows only the exact sum', () => {
    for (const status of PLACED) {
      const world = new Map([[`order:${id(10)}`, order(status)]]);
      const settle = get('payment.settle');
      const paid = after(settle, world, decide(settle, { payments: [payment('payment', 48_000, 20)] }, world));
      expect(paid.get(`order:${id(10)}`)).toMatchObject({ status: 'paid' });
      const again = decide(settle, { payments: [{ ...payment('payment', 1, 20) }] }, paid);
      expect(again).toMatchObject({ kind: 'apply', puts: [] });
      const short = decide(settle, { payments: [payment('payment', 47_999, 20)] }, world);
      expect(short).toMatchObject({ kind: 'apply', anomalies: [{ kind: 'payment_without_order' }] });
      expect(short.kind === 'apply' && short.puts.map(({ type }) => type)).toEqual(['payment']);
    }
  });

  test('two fiscal documents of one task are the gravest anomaly, and the first stays', () => {
    const world = new Map([[`fiscal_record:${id(30)}`, record('done', 5, 1)]]);
    expect(decide(get('fiscal.report'), { record: record('done', 9, 2) }, world)).toMatchObject({
      kind: 'apply',
      puts: [],
      anomalies: [{ kind: 'two_fiscal_documents' }],
    });
  });
});
