import { expect, test } from 'vitest';
import { INTENT_TTL_MS } from '#shared/payments/payments.rules.ts';
import { createCounterWorld } from '#test/doubles/counter-world.ts';
import { receiptsToCome } from './payments.copy.ts';
import { createDevProvider } from './provider.ts';

const begin = async () => {
  const provider = createDevProvider({ autoConfirmDelayMs: 2000, manualMode: true });
  const world = createCounterWorld({ provider });
  const visitId = world.visits.start({ kind: 'diagnostics', language: 'ru', contact: {} }).id;
  const intent = await world.payments.createIntent(visitId);
  return { world, visitId, intent, toCome: () => receiptsToCome(world.core.db.$client) };
};

test('a copy of money under way knows the receipts that may come of it, the return too, by the ids they will have', async () => {
  const { world, visitId, intent, toCome } = await begin();
  const foreseen = toCome();
  await world.payments.confirmByHand(intent.id);
  const taken = toCome();
  await world.payments.giveBack(visitId);
  await world.payments.settlePending();
  const made = world.receipts().map(({ id, type }) => ({ id, type }));
  expect(made.map(({ type }) => type)).toEqual(['sale', 'refund']);
  expect(foreseen).toEqual(made.map(({ id }) => id));
  expect(taken).toEqual([made[1]?.id]);
  expect(toCome()).toEqual([]);
});

test('of money that was served for, and of a code that ran out unpaid, nothing comes', async () => {
  const served = await begin();
  await served.world.payments.confirmByHand(served.intent.id);
  served.world.visits.finish(served.visitId, 'completed');
  await served.world.payments.settlePending();
  expect(served.toCome()).toEqual([]);
  const unpaid = await begin();
  unpaid.world.core.advance(INTENT_TTL_MS);
  await unpaid.world.payments.settlePending();
  expect((await unpaid.world.payments.intent(unpaid.intent.id)).status).toBe('expired');
  expect(unpaid.toCome()).toEqual([]);
});
