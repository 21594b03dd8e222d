import { expect, test } from 'vitest';
import type { CatalogueItem } from './catalogue.schema.ts';
import { dropPrice, itemAt, planPrice, priceAt } from './prices.rules.ts';

const MONDAY = 1_764_536_400_000;
const milk: CatalogueItem = {
  id: '00000000-0000-7000-8000-000000000001',
  sku: 'MLK',
  name: 'Молоко',
  category: 'Молочное',
  priceMinor: 8_990,
  vat: 'vat10',
  paymentObject: 'commodity',
  unit: 'piece',
  favourite: false,
  active: true,
};

test('a price is asked from its moment on and not a millisecond before', () => {
  const planned = planPrice(milk, { priceMinor: 9_990, effectiveFrom: MONDAY });
  expect(priceAt(planned, MONDAY - 1)).toBe(8_990);
  expect(priceAt(planned, MONDAY)).toBe(9_990);
  expect(itemAt(planned, MONDAY - 1)).toBe(planned);
  expect(itemAt(planned, MONDAY)).toEqual({ ...milk, priceMinor: 9_990 });
});

test('of several the last one that has come is asked, in whatever order they were entered', () => {
  const planned = planPrice(planPrice(milk, { priceMinor: 12_000, effectiveFrom: MONDAY + 2_000 }), {
    priceMinor: 11_000,
    effectiveFrom: MONDAY,
  });
  expect([MONDAY - 1, MONDAY, MONDAY + 1_999, MONDAY + 2_000].map((at) => priceAt(planned, at))).toEqual([
    8_990, 11_000, 11_000, 12_000,
  ]);
  expect(itemAt(planned, MONDAY)).toEqual({
    ...milk,
    priceMinor: 11_000,
    coming: [{ priceMinor: 12_000, effectiveFrom: MONDAY + 2_000 }],
  });
});

test('a price of the same moment gives way to the later word, and one that is taken back leaves no trace in the row', () => {
  const once = planPrice(milk, { priceMinor: 11_000, effectiveFrom: MONDAY });
  const twice = planPrice(once, { priceMinor: 11_500, effectiveFrom: MONDAY });
  expect(twice.coming).toEqual([{ priceMinor: 11_500, effectiveFrom: MONDAY }]);
  expect(dropPrice(twice, MONDAY)).toEqual(milk);
  expect(dropPrice(twice, MONDAY + 1)).toEqual(twice);
});
