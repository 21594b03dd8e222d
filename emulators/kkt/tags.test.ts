import { expect, test } from 'vitest';
import { addPayment, changeOf, netPayments, type OpenReceipt, remainderOf, taxTlvs } from './receipt.ts';
import { decodeTlvs, encodeTlvs, findTag, type Tlv, toCp866 } from './tags.ts';
import { wrap } from './tape-layout.ts';
import { wallClock } from './wall-time.ts';

test('tags survive their binary form', () => {
  const tlvs: Tlv[] = [
    {
      tag: 1084,
      value: [
        { tag: 1085, value: 'имя' },
        { tag: 1086, value: 'значение' },
      ],
    },
    { tag: 1023, value: 1234 },
    { tag: 1020, value: 123_456_789_012 },
    { tag: 1040, value: 77 },
    { tag: 1012, value: 1_795_233_833 },
    { tag: 1077, value: '4294967295' },
    { tag: 1055, value: 0 },
  ];
  expect(decodeTlvs(encodeTlvs(tlvs))).toEqual(tlvs);
  expect(() => decodeTlvs(encodeTlvs(tlvs).subarray(0, -1))).toThrow();
});

test('text is kept in code page 866, where what it lacks becomes a question mark', () => {
  expect([...toCp866('Аёя№?')]).toEqual([0x80, 0xf1, 0xef, 0xfc, 0x3f]);
  expect(toCp866('«₽🍵').toString('latin1')).toBe('???');
});

const line = { name: 'x', priceMinor: 0, quantityMilli: 1000, paymentObject: 1, paymentMethod: 4, unit: 0 };
const receipt: OpenReceipt = {
  type: 1,
  taxation: 1,
  contact: '',
  payments: [],
  attributes: [],
  lines: [
    { ...line, sumMinor: 12000, tax: 7 },
    { ...line, sumMinor: 11000, tax: 2 },
    { ...line, sumMinor: 10500, tax: 9 },
    { ...line, sumMinor: 500, tax: 6 },
  ],
};

test('cash may pass the total and gives change, a card may not', () => {
  const byCard = addPayment(receipt, { type: 1, sumMinor: 30000 });
  expect(remainderOf(byCard)).toBe(4000);
  const paid = addPayment(byCard, { type: 0, sumMinor: 5000 });
  expect([remainderOf(paid), changeOf(paid)]).toEqual([0, 1000]);
  expect(netPayments(paid)).toEqual([
    { type: 0, sumMinor: 4000 },
    { type: 1, sumMinor: 30000 },
  ]);
  expect(() => addPayment(byCard, { type: 2, sumMinor: 4001 })).toThrow(expect.objectContaining({ code: 52 }));
});

test('VAT is summed by rate, rates of 2025 in their list', () => {
  const tlvs = taxTlvs(receipt);
  expect([1102, 1103, 1105].map((tag) => findTag(tlvs, tag)?.value)).toEqual([2000, 1000, 500]);
  expect(findTag(tlvs, 1115)?.value).toEqual([
    {
      tag: 1119,
      value: [
        { tag: 1199, value: 7 },
        { tag: 1120, value: 500 },
      ],
    },
  ]);
});

test('lines of paper are cut at words, and a long word anywhere', () => {
  expect(wrap(`один ${'щ'.repeat(50)} два`)).toEqual(['один', 'щ'.repeat(42), `${'щ'.repeat(8)} два`]);
});

test('the wall clock is that of the zone', () => {
  expect(wallClock('Asia/Vladivostok')(Date.UTC(2026, 10, 20, 14, 0, 5))).toEqual({
    year: 2026,
    month: 11,
    day: 21,
    hour: 0,
    minute: 0,
    second: 5,
  });
});
