import { describe, expect, it, test } from 'vitest';
import { amountText, groupDigits, type Payment, parseAmount, settle } from './tender.rules.ts';

test.each([
  ['8000', 800_000],
  ['8 000,5', 800_050],
  ['8\u00A0000.50', 800_050],
  ['8000,', 800_000],
  ['0', 0],
  ['', undefined],
  ['8000,505', undefined],
  ['-5', undefined],
  ['1e5', undefined],
  ['12345678901234', undefined],
  ['999999999999', 99_999_999_999_900],
] as const)('reads %j', (text, minor) => {
  expect(parseAmount(text)).toBe(minor);
});

it('writes what it reads', () => {
  for (const minor of [0, 5, 50, 100, 123_456, 800_000]) expect(parseAmount(amountText(minor))).toBe(minor);
});

test.each([
  ['8000', '8\u00A0000'],
  ['8 000,5', '8\u00A0000,5'],
  ['1234567.', '1\u00A0234\u00A0567.'],
  ['500', '500'],
  ['', ''],
  ['8x', '8x'],
])('shows %j as %j', (typed, shown) => {
  expect(groupDigits(typed)).toBe(shown);
});

describe('settle', () => {
  test.each<[string, number, Payment, unknown]>([
    ['card takes the total', 794_700, { method: 'card' }, { tenders: [['card', 794_700]], changeMinor: 0 }],
    [
      'cash gives change',
      794_700,
      { method: 'cash', receivedMinor: 800_000 },
      { tenders: [['cash', 800_000]], changeMinor: 5300 },
    ],
    ['cash to the kopeck', 100, { method: 'cash', receivedMinor: 100 }, { tenders: [['cash', 100]], changeMinor: 0 }],
    [
      'nothing typed is the exact sum',
      794_700,
      { method: 'cash', receivedMinor: undefined },
      { tenders: [['cash', 794_700]], changeMinor: 0 },
    ],
    ['too little cash is not a payment', 794_700, { method: 'cash', receivedMinor: 794_699 }, undefined],
    [
      'mixed: the rest goes to the card',
      794_700,
      { method: 'mixed', cashMinor: 300_000 },
      {
        tenders: [
          ['cash', 300_000],
          ['card', 494_700],
        ],
        changeMinor: 0,
      },
    ],
    ['mixed without cash is a card payment', 794_700, { method: 'mixed', cashMinor: 0 }, undefined],
    ['mixed all in cash is a cash payment', 794_700, { method: 'mixed', cashMinor: 794_700 }, undefined],
    ['nothing to pay', 0, { method: 'card' }, undefined],
  ])('%s', (_, total, payment, expected) => {
    const got = settle(total, payment);
    expect(got && { ...got, tenders: got.tenders.map(({ type, sumMinor }) => [type, sumMinor]) }).toEqual(expected);
  });

  it('always covers the total exactly once change is given back', () => {
    for (const received of [794_700, 794_701, 1_000_000]) {
      const got = settle(794_700, { method: 'cash', receivedMinor: received });
      expect((got?.tenders[0]?.sumMinor ?? 0) - (got?.changeMinor ?? 0)).toBe(794_700);
    }
  });
});
