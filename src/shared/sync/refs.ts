/** A row's name in one string, as maps, the outbox and the wire key it. */
import { ENTITIES, type EntityType } from './entities.ts';
import type { EntityRef } from './mutator.ts';

/** `type:id`. Types have no colon; an id may have any character. */
export type RefKey = string;

export const refKey = (ref: { readonly type: string; readonly id: string }): RefKey => `${ref.type}:${ref.id}`;

/** The inverse of `refKey`; `undefined` for a kind of row that this version does not know. */
export function parseRefKey(key: RefKey): EntityRef | undefined {
  const colon = key.indexOf(':');
  const type = key.slice(0, colon);
  return isEntityType(type) ? { type, id: key.slice(colon + 1) } : undefined;
}

export const isEntityType = (type: string): type is EntityType => Object.hasOwn(ENTITIES, type);
