import { expect, it } from 'vitest';
import { createAmounts } from './amounts.ts';
import { afterFault, knownReason, linePaths, minutes, readAmount, remainingMs, toneOf } from './exchange.rules.ts';

it('AC-28 counts down by the clock of the server, however wrong that of the desk is', () => {
  const server = Date.UTC(2026, 10, 21, 12);
  const desk = server - 10 * 60_000;
  expect(remainingMs(server + 30_000, desk, server - desk)).toBe(30_000);
  expect(remainingMs(server - 1, desk, server - desk)).toBe(0);
  expect([30_000, 29_001, 1, 0, 299_400].map(minutes)).toEqual(['0:30', '0:30', '0:01', '0:00', '5:00']);
});

it.each([
  ['quantity', '0,25', { amount: { by: 'quantity', quantity: '0.25' } }],
  ['quantity', '1 000', { fault: 'more_than_held' }],
  ['quantity', '0.5000', { amount: { by: 'quantity', quantity: '0.5' } }],
  ['quantity', '0.500000000000000001', { fault: 'more_than_held' }],
  ['quantity', '0', { fault: 'zero' }],
  ['quantity', '-1', { fault: 'not_a_number' }],
  ['quantity', ' ', undefined],
  ['usd', '100,5', { amount: { by: 'usd', amountMinor: 10_050 } }],
  ['usd', '0.001', { fault: 'not_a_number' }],
  ['usd', '0', { fault: 'zero' }],
  ['all', '', { amount: { by: 'all' } }],
] as const)('reads %s "%s" of half a coin', (by, text, expected) =>
  expect(readAmount(by, text, '0.5')).toEqual(expected),
);

it('takes nothing for refused that may have been sold', () => {
  expect(afterFault('device.server_unreachable', false)).toBe('unclear');
  expect(afterFault('exchange.sign_in_needed', false)).toBe('over');
  expect(afterFault('exchange.sign_in_needed', true)).toBe('unclear');
  expect(afterFault('app.rate_limited', true)).toBe('unclear');
  expect(afterFault('exchange.price_changed', true)).toBe('renew');
  expect(afterFault('exchange.asset_not_owned', false)).toBe('over');
});

it('writes what was won and lost with its sign, and prices to their last digit', () => {
  const amounts = createAmounts('en-GB');
  expect([amounts.gain(10_000), amounts.gain(-5), amounts.gain(0)]).toEqual(['+$100.00', '-$0.05', '$0.00']);
  expect([amounts.change('1.84'), amounts.change('-1.67')]).toEqual(['+1.84%', '-1.67%']);
  expect(amounts.price('0.000012345678901234')).toBe('$0.000012345678901234');
  expect(amounts.quantity('123456789012345.123456789012345678')).toBe('123,456,789,012,345.123456789012345678');
  expect(amounts.brief('0.123456789999')).toBe('0.12345678');
  expect([1, -1, 0].map(toneOf)).toEqual(['up', 'down', 'even']);
});

it('draws the least value at the bottom and the most at the top, and no line through one point', () => {
  expect(linePaths([1, 3, 2], { width: 100, height: 50, pad: 5 })?.line).toBe('M0.0,45.0L50.0,5.0L100.0,25.0');
  expect(linePaths([7, 7], { width: 100, height: 50, pad: 5 })?.line).toBe('M0.0,25.0L100.0,25.0');
  expect(linePaths([7], { width: 100, height: 50, pad: 5 })).toBeUndefined();
});

it('knows the reasons it has words for', () => {
  expect([knownReason('USER_REJECTED'), knownReason('LATER_MADE')]).toEqual(['USER_REJECTED', undefined]);
});
