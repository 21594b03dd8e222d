/**
 * `npm run sync:pin`: what the schemas say, as one short hash for each kind of row and each mutation's arguments, kept in
 * `schema.pin.json` under the number of the schema, so that nobody changes a shape without knowing that devices out there
 * have the old one.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { ENTITIES, ENTITY_TYPES } from '#shared/sync/entities.ts';
import { SCHEMA } from '#shared/sync/protocol.ts';
import { findMutator, MUTATOR_NAMES } from '#shared/sync/registry.ts';

const FILE = join(import.meta.dirname, '../src/shared/sync/schema.pin.json');

/** By `row <type>` and `mutation <name>`. */
export type Pin = Readonly<Record<string, string>>;
const Pins = z.record(z.string(), z.record(z.string(), z.string()));

/** By schema number. */
export const readPins = (): Readonly<Record<string, Pin>> => Pins.parse(JSON.parse(readFileSync(FILE, 'utf8')));

export function currentPin(): Pin {
  const schemas: (readonly [string, z.ZodType])[] = [
    ...ENTITY_TYPES.map((type) => [`row ${type}`, ENTITIES[type].schema] as const),
    ...MUTATOR_NAMES.map((name) => [`mutation ${name}`, findMutator(name)?.args ?? z.never()] as const),
  ];
  return Object.fromEntries(schemas.map(([name, schema]) => [name, hashOf(schema)]));
}

// As it is read: a default or a trim on the way in is part of what a device may say.
export const hashOf = (schema: z.ZodType): string =>
  createHash('sha256')
    .update(canonicalJson(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })))
    .digest('hex')
    .slice(0, 16);

export function main(): void {
  writeFileSync(FILE, `${JSON.stringify({ ...readPins(), [SCHEMA]: currentPin() }, null, 2)}\n`);
}
