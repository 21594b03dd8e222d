import { expect, test } from 'vitest';
import { currentTariffs, extraFeeOf, quoteOf } from './tariff.rules.ts';
import { DEFAULT_EXTRA_PER_APPLIANCE_MINOR, type Tariff } from './tariff.schema.ts';

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const tariff = (n: number, change: Partial<Tariff> = {}): Tariff => ({
  id: id(n),
  lineId: id(100),
  version: n,
  name: 'Домашний',
  baseFeeMinor: 50_000,
  extraPerApplianceMinor: DEFAULT_EXTRA_PER_APPLIANCE_MINOR,
  effectiveFrom: n * 1000,
  active: true,
  ...change,
});

test('AM-11 three appliances come to 3000.00; one with 1500 of its own, to 3500.00', () => {
  const plain = [{ extraFeeMinor: 0 }, { extraFeeMinor: 0 }, { extraFeeMinor: 0 }];
  expect(quoteOf(tariff(1), plain)).toEqual({
    applianceCount: 3,
    baseFeeMinor: 50_000,
    extraPerApplianceMinor: 100_000,
    totalExtraFeeMinor: 300_000,
  });
  const dear = [...plain.slice(1), { extraFeeMinor: 150_000 }];
  expect(quoteOf(tariff(1), dear).totalExtraFeeMinor).toBe(350_000);
});

test('X-36 what is printed for each adds up to what is billed', () => {
  const appliances = [0, 1, 99_999, 0, 250_000].map((extraFeeMinor) => ({ extraFeeMinor }));
  const printed = appliances.reduce((sum, one) => sum + extraFeeOf(one, tariff(1)), 0);
  expect(quoteOf(tariff(1), appliances).totalExtraFeeMinor).toBe(printed);
});

test('of each line the newest version that has begun is given, unless it was withdrawn', () => {
  const other = tariff(1, { id: id(9), lineId: id(200), name: 'Дачный' });
  const all = [tariff(2), tariff(1), tariff(3, { effectiveFrom: 5000 }), other];
  expect(currentTariffs(all, 999)).toEqual([]);
  expect(currentTariffs(all, 2500).map((one) => one.id)).toEqual([id(9), id(2)]);
  expect(currentTariffs(all, 5000).map((one) => one.id)).toEqual([id(9), id(3)]);
  expect(currentTariffs([...all, tariff(4, { active: false, effectiveFrom: 6000 })], 7000)).toEqual([other]);
});
