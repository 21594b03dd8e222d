import { expect, test } from 'vitest';
import { z } from 'zod';
import { OLDEST_SCHEMA, SCHEMA } from '#shared/sync/protocol.ts';
import { UPCASTERS } from '#shared/sync/upcast.ts';
import { currentPin, hashOf, type Pin, readPins } from './pin-schema.ts';

const pins = readPins();
const pinOf = (schema: number): Pin => pins[schema] ?? {};

const WHAT_TO_DO = `The shape of a row or of a mutation's arguments is not the one that was pinned as schema ${SCHEMA}.
If schema ${SCHEMA} was never released: run "npm run sync:pin".
If it was: raise SCHEMA in src/shared/sync/protocol.ts, say in src/shared/sync/upcast.ts how an older mutation is said now,
keep an outbox of schema ${SCHEMA} in test/sync/old-versions, then run "npm run sync:pin".`;

test('I21 no schema changes without its number', () => {
  expect(currentPin(), WHAT_TO_DO).toEqual(pinOf(SCHEMA));
});

test('I21 every schema that the server still reads was pinned, and its mutations are still read or said anew', () => {
  for (let schema = OLDEST_SCHEMA; schema <= SCHEMA; schema += 1) {
    const pin = pinOf(schema);
    expect(Object.keys(pin).length, `schema ${schema} was never pinned`).toBeGreaterThan(0);
    for (const [key, hash] of Object.entries(pin)) {
      if (!key.startsWith('mutation ') || pinOf(SCHEMA)[key] === hash) continue;
      const name = key.slice('mutation '.length);
      const steps = Object.keys(UPCASTERS[name] ?? {}).map(Number);
      expect(
        steps.some((from) => from >= schema),
        `nothing in UPCASTERS says what ${name} of schema ${schema} is now`,
      ).toBe(true);
    }
  }
});

test('I21 a pin sees a field that was added, and one that only changed its bounds', () => {
  const base = { id: z.string(), n: z.int().min(0) };
  const hashes = [
    base,
    { ...base, m: z.int() },
    { ...base, n: z.int().min(1) },
    { id: z.string(), n: z.int().optional() },
  ];
  expect(new Set(hashes.map((shape) => hashOf(z.object(shape)))).size).toBe(4);
});
