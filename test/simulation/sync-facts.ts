/** Money that was taken, and whether any disk still knows of it. */
import type { Payment } from '#shared/payments/payments.schema.ts';
import { formerOf, outboxOf } from './sync-view.ts';
import type { World } from './sync-world.ts';

/** Facts that no disk holds any more are lost, and nobody promised otherwise: nor of what was on its way and may not arrive. */
export function forgiveFacts(world: World): void {
  const held = new Set<string>();
  for (const { life } of world.slots) {
    const kept = [...outboxOf(life.core.db), ...formerOf(life.core.db)];
    for (const { name, args } of kept) for (const key of factsIn(name, args)) held.add(key);
  }
  for (const key of world.facts.keys())
    if (!held.has(key) && world.model.rows.get(key) === undefined) world.facts.delete(key);
}

/** Money that a mutation says was taken: the rows that it must leave. */
export function factsIn(name: string, args: string): string[] {
  if (name !== 'payment.settle') return [];
  const { payments } = JSON.parse(args) as { readonly payments: readonly Payment[] };
  return payments.map(({ id }) => `payment:${id}`);
}
