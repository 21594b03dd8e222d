import { beforeEach, describe, expect, test } from 'vitest';
import { visitMoney } from '#main/domains/payments/payments.service.ts';
import { createDevProvider } from '#main/domains/payments/provider.ts';
import { ResumedVisit } from '#shared/visits/visits.schema.ts';
import type { TestCore } from '#test/doubles/core-double.ts';
import { type CounterWorld, createCounterWorld } from '#test/doubles/counter-world.ts';
import { decideResume, RESUME_WITHIN_MS } from './resume.rules.ts';
import { createResume } from './resume.service.ts';

const PAID = { kind: 'paid', orderId: 'o1', at: 1000 } as const;

describe('where a guest goes on', () => {
  test.each([
    ['nothing paid', { money: { kind: 'none' } }, undefined],
    ['the code is on the screen', { money: { kind: 'paying' } }, { step: 'pay' }],
    ['paid, nothing begun', { money: PAID }, { step: 'receipt', orderId: 'o1' }],
    ['a scan or a measurement is begun', { money: PAID, workedAt: 2000 }, { step: 'work' }],
    ['the report is made', { money: PAID, workedAt: 2000, reportedAt: 3000 }, { step: 'report' }],
  ] as const)('%s', (_name, facts, point) => {
    expect(decideResume({ workedAt: undefined, reportedAt: undefined, ...facts }, 5000)).toEqual(point);
  });

  test('the limit counts from the last thing that happened, and holds for whatever was reached', () => {
    const facts = { money: PAID, workedAt: 60_000, reportedAt: undefined };
    expect(decideResume(facts, 60_000 + RESUME_WITHIN_MS)).toEqual({ step: 'work' });
    expect(decideResume(facts, 60_001 + RESUME_WITHIN_MS)).toBeUndefined();
    const reported = { ...facts, reportedAt: 90_000 };
    expect(decideResume(reported, 90_001 + RESUME_WITHIN_MS)).toBeUndefined();
  });
});

describe('after a power cut', () => {
  let world: CounterWorld;
  let workedAt: number | undefined;
  const open = (left?: TestCore) => {
    world = createCounterWorld({
      provider: createDevProvider({ autoConfirmDelayMs: 2000, manualMode: true }),
      ...(left === undefined ? {} : { left }),
    });
    world.state.isServed = () => false;
  };
  const resume = () =>
    createResume(world.core, {
      visits: world.visits,
      factsOf: (id) => ({ money: visitMoney(world.core.db, id), workedAt, reportedAt: undefined }),
      isServed: () => false,
    })();
  const paid = async () => {
    const visit = world.visits.start({ kind: 'diagnostics', language: 'he' });
    const { id } = await world.payments.createIntent(visit.id);
    const intent = await world.payments.confirmByHand(id);
    return { visit, intent };
  };
  const outcome = async (id: string) => {
    await world.payments.settlePending();
    return (await world.payments.intent(id)).status;
  };

  beforeEach(() => {
    workedAt = undefined;
    open();
  });

  test('a guest who had not paid is sent off, and nobody else sees them', () => {
    const { id } = world.visits.start({ kind: 'diagnostics', language: 'ru' });
    open(world.core);
    expect(resume()).toBeNull();
    expect(world.visits.get(id).status).toBe('expired');
    expect(resume()).toBeNull();
  });

  test('a payment going on is shown again', async () => {
    const { id } = world.visits.start({ kind: 'diagnostics', language: 'ru' });
    await world.payments.createIntent(id);
    open(world.core);
    expect(resume()).toMatchObject({ visit: { id }, point: { step: 'pay' } });
  });

  test('who paid goes on, in their language, at once and once the scan has begun; the money stays', async () => {
    const { visit, intent } = await paid();
    open(world.core);
    const resumed = resume();
    expect(ResumedVisit.parse(resumed)).toEqual(resumed);
    expect(resumed).toMatchObject({
      visit: { id: visit.id, language: 'he' },
      point: { step: 'receipt', orderId: intent.orderId },
      isServed: false,
    });
    expect(await outcome(intent.id)).toBe('confirmed');
    workedAt = world.core.now();
    expect(resume()).toMatchObject({ point: { step: 'work' } });
  });

  test('after the limit the visit ends and the money goes back by itself', async () => {
    const { visit, intent } = await paid();
    world.core.advance(RESUME_WITHIN_MS + 2000);
    open(world.core);
    expect(resume()).toBeNull();
    expect(world.visits.get(visit.id).status).toBe('expired');
    expect(await outcome(intent.id)).toBe('refunded');
  });

  test('money that is going back is not served for', async () => {
    const { visit, intent } = await paid();
    await world.payments.giveBack(visit.id);
    open(world.core);
    expect(resume()).toBeNull();
    expect(await outcome(intent.id)).toBe('refunded');
  });
});
