import { expect, test } from 'vitest';
import { type DayFacts, type ProviderPayment, type Receipt, reconcileDay } from './reconciliation.rules.ts';

const DAY = 86_400_000;
const NOON = DAY / 2;
const day = { from: DAY, to: 2 * DAY };
const T = DAY + NOON;
type Money = DayFacts['payments'][number];

const paid = (orderId: string, amountMinor: number, more: Partial<Money> = {}): Money => ({
  id: `pay-${orderId}`,
  orderId,
  kind: 'payment',
  method: 'cash',
  provider: 'cashdesk',
  amountMinor,
  confirmedAt: T,
  ...more,
});
const atBank = { method: 'psp', provider: 'yookassa' } as const;
const receipt = (orderId: string | undefined, totalMinor: number, more: Partial<Receipt> = {}): Receipt => ({
  id: `task-${orderId ?? 'foreign'}`,
  type: 'sale',
  orderId,
  status: 'done',
  totalMinor,
  createdAt: T,
  fiscalAt: T,
  ...more,
});
const bank = (orderId: string, amountMinor: number, more: Partial<ProviderPayment> = {}): ProviderPayment => ({
  id: `psp-${orderId}`,
  orderId,
  status: 'succeeded',
  amountMinor,
  succeededAt: T,
  claimedAt: T,
  refundedAt: null,
  ...more,
});
const look = (facts: Partial<DayFacts>) => reconcileDay({ ...day, payments: [], receipts: [], provider: [], ...facts });
const causes = (facts: Partial<DayFacts>) =>
  look(facts).differences.map(({ cause, amountMinor, subjectId }) => [cause, amountMinor, subjectId]);

test('a day on which all three agree has sums and no differences', () => {
  const result = look({
    payments: [
      paid('a', 100),
      paid('b', 250, { method: 'card' }),
      paid('c', 500, atBank),
      paid('c', 200, { ...atBank, id: 'back-c', kind: 'refund' }),
    ],
    receipts: [receipt('a', 100), receipt('b', 250), receipt('c', 500), receipt('c', 200, { id: 'r', type: 'refund' })],
    provider: [bank('c', 500)],
  });
  expect(result).toMatchObject({
    cash: { inMinor: 100, outMinor: 0 },
    card: { inMinor: 250, outMinor: 0 },
    psp: { inMinor: 500, outMinor: 200 },
    receipts: { inMinor: 850, outMinor: 200 },
    provider: { inMinor: 500, outMinor: 0 },
    receiptDifferenceMinor: 0,
  });
  // The provider has not given the money back: that is a difference, and said to be one.
  expect(result.differences.map(({ cause }) => cause)).toEqual(['not_at_provider']);
});

test.each<[string, Partial<DayFacts>, readonly unknown[]]>([
  ['money without a receipt', { payments: [paid('a', 100)] }, ['no_receipt', -100, undefined]],
  [
    'a receipt in the queue',
    { payments: [paid('a', 100)], receipts: [receipt('a', 100, { status: 'queued', fiscalAt: undefined })] },
    ['receipt_waits', -100, 'task-a'],
  ],
  [
    'a receipt that failed',
    { payments: [paid('a', 100)], receipts: [receipt('a', 100, { status: 'error', fiscalAt: undefined })] },
    ['receipt_failed', -100, 'task-a'],
  ],
  [
    'a receipt that nobody knows of',
    { payments: [paid('a', 100)], receipts: [receipt('a', 100, { status: 'unknown', fiscalAt: undefined })] },
    ['receipt_unknown', -100, 'task-a'],
  ],
  [
    'a receipt after midnight',
    { payments: [paid('a', 100)], receipts: [receipt('a', 100, { fiscalAt: T + DAY })] },
    ['receipt_other_day', -100, undefined],
  ],
  [
    'a receipt for money of the day before',
    { payments: [paid('a', 100, { confirmedAt: T - DAY })], receipts: [receipt('a', 100)] },
    ['receipt_other_day', 100, undefined],
  ],
  [
    'a receipt of less',
    { payments: [paid('a', 100)], receipts: [receipt('a', 90)] },
    ['receipt_amount', -10, 'task-a'],
  ],
  [
    'a receipt of more',
    { payments: [paid('a', 100)], receipts: [receipt('a', 130)] },
    ['receipt_amount', 30, 'task-a'],
  ],
  [
    'two receipts',
    { payments: [paid('a', 100)], receipts: [receipt('a', 100), receipt('a', 100, { id: 'again' })] },
    ['receipt_twice', 100, 'again'],
  ],
  ['a receipt without money', { receipts: [receipt('a', 100)] }, ['no_payment', 100, 'task-a']],
  ['a receipt of the queue alone', { receipts: [receipt(undefined, 100)] }, ['no_order', 100, undefined]],
  [
    'a return whose receipt waits',
    {
      payments: [paid('a', 40, { kind: 'refund' })],
      receipts: [receipt('a', 40, { type: 'refund', status: 'in_progress', fiscalAt: undefined })],
    },
    ['receipt_waits', 40, 'task-a'],
  ],
])('%s', (_, facts, expected) => {
  expect(causes(facts)).toEqual([expected]);
  expect(look(facts).receiptDifferenceMinor).toBe(expected[1]);
});

test.each<[string, Partial<DayFacts>, readonly (readonly unknown[])[]]>([
  ['nobody came for it', { provider: [bank('a', 100, { claimedAt: null })] }, [['unclaimed', 100, 'psp-a']]],
  ['the device is silent', { provider: [bank('a', 100)] }, [['device_silent', 100, 'psp-a']]],
  [
    'it came and went back by itself',
    { provider: [bank('a', 100, { claimedAt: null, refundedAt: T + 5, status: 'refunded' })] },
    [
      ['given_back', 100, 'psp-a'],
      ['given_back', -100, 'psp-a'],
    ],
  ],
  [
    'another sum',
    { payments: [paid('a', 100, atBank)], receipts: [receipt('a', 100)], provider: [bank('a', 90)] },
    [['provider_amount', -10, 'psp-a']],
  ],
  [
    'the provider does not know it',
    { payments: [paid('a', 100, atBank)], receipts: [receipt('a', 100)] },
    [['not_at_provider', -100, undefined]],
  ],
  [
    'paid before midnight, told after',
    {
      payments: [paid('a', 100, atBank)],
      receipts: [receipt('a', 100)],
      provider: [bank('a', 100, { succeededAt: T - DAY })],
    },
    [['provider_other_day', -100, undefined]],
  ],
  [
    'the money is on its way back',
    {
      payments: [paid('a', 100, atBank), paid('a', 100, { ...atBank, id: 'back', kind: 'refund' })],
      receipts: [receipt('a', 100), receipt('a', 100, { id: 'r', type: 'refund' })],
      provider: [bank('a', 100, { status: 'refunding' })],
    },
    [['refund_waits', 100, 'psp-a']],
  ],
  [
    'given back at the provider alone',
    {
      payments: [paid('a', 100, atBank)],
      receipts: [receipt('a', 100)],
      provider: [bank('a', 100, { refundedAt: T, status: 'refunded' })],
    },
    [['refund_untold', -100, 'psp-a']],
  ],
])('at the provider: %s', (_, facts, expected) => {
  expect(causes(facts)).toEqual(expected);
});

test('a round given as amends moves no money', () => {
  expect(look({ payments: [paid('a', 100, { method: 'free_code', provider: 'code' })] }).differences).toEqual([]);
});

/** A small generator: the same numbers every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

test('whatever happened, the causes add up to the differences', () => {
  const STATUSES = ['done', 'queued', 'error', 'unknown'] as const;
  for (let seed = 1; seed <= 400; seed += 1) {
    const roll = dice(seed);
    const at = () => T + (roll(3) - 1) * DAY;
    const some = <One>(make: (n: number) => One): One[] => Array.from({ length: roll(6) }, (__, n) => make(n));
    const facts = {
      payments: some((n) =>
        paid(`o${roll(3)}`, 10 + roll(5), {
          id: `p${n}`,
          confirmedAt: at(),
          kind: roll(3) === 0 ? 'refund' : 'payment',
          ...(roll(2) === 0 ? atBank : {}),
        }),
      ),
      receipts: some((n) =>
        receipt(roll(5) === 0 ? undefined : `o${roll(3)}`, 10 + roll(5), {
          id: `t${n}`,
          type: roll(3) === 0 ? 'refund' : 'sale',
          status: STATUSES[roll(4)] ?? 'done',
          fiscalAt: at(),
        }),
      ),
      provider: some((n) =>
        bank(`o${roll(3)}`, 10 + roll(5), {
          id: `b${n}`,
          succeededAt: roll(4) === 0 ? null : at(),
          claimedAt: roll(2) === 0 ? null : T,
          refundedAt: roll(3) === 0 ? at() : null,
        }),
      ),
    };
    const result = look(facts);
    const explained = result.differences.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    expect(explained, `seed ${seed}`).toBe(result.receiptDifferenceMinor + result.providerDifferenceMinor);
  }
});
