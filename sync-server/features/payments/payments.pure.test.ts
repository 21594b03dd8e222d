import { expect, test } from 'vitest';
import { readConfig } from '../../config.ts';
import { allowing, isNetwork, YOOKASSA_ADDRESSES } from './addresses.rules.ts';
import { decimalToMinor } from './amounts.rules.ts';

test.each([
  ['185.71.76.0', true],
  ['185.71.76.31', true],
  ['185.71.76.32', false],
  ['::ffff:185.71.76.5', true],
  ['77.75.156.11', true],
  ['77.75.156.12', false],
  ['77.75.154.127', false],
  ['77.75.154.200', true],
  ['2a02:5180::1', true],
  ['2a02:5181::1', false],
  ['not an address', false],
])('a notification from %s: %s', (address, isAllowed) => {
  expect(allowing(YOOKASSA_ADDRESSES)(address)).toBe(isAllowed);
});

test.each([
  ['10.0.0.0/8', true],
  ['::1', true],
  ['10.0.0.0/33', false],
  ['10.0.0', false],
  ['10.0.0.0/8/8', false],
  ['example.com', false],
])('the network %s: %s', (text, isOne) => {
  expect(isNetwork(text)).toBe(isOne);
});

test.each([
  ['480.00', 48_000],
  ['4.8', 480],
  ['480', 48_000],
  ['0.01', 1],
  ['1.234', undefined],
  ['-1.00', undefined],
  ['1,00', undefined],
])('%s is %s', (text, minor) => {
  expect(decimalToMinor(text)).toBe(minor);
});

const read = (env: Record<string, string>) => () => readConfig({ file: {}, env, argv: [] });
const PROD = {
  AGENT_ENV: 'PROD',
  PASSPORT_KEY: 'a key of our own for passports',
  CONTRACT_SIGNATURE_SECRET: 'a secret of our own for contracts',
};
const KEYS = { YOOKASSA_SHOP_ID: '1', YOOKASSA_SECRET_KEY: 'hidden-word' };

test('AK-14 PROD without secrets: the server refuses, naming the key and not its value', () => {
  expect(read({ ...PROD, YOOKASSA_SHOP_ID: '1', YOOKASSA_SECRET_KEY: '' })).toThrow(
    /^YOOKASSA_SECRET_KEY: must be set where kiosks are paid/,
  );
  expect(read({ ...PROD, ...KEYS })).not.toThrow();
  expect(read({ ...PROD, PAYMENT_PROVIDER: 'none' })).not.toThrow();
  expect(read({ ...KEYS, TRUST_PROXY: 'true' })).toThrow(/^TRUST_PROXY = true/);
  expect(read({ ...KEYS, YOOKASSA_ALLOWED_IPS: 'x' })).toThrow(/^(?!.*hidden-word)YOOKASSA_ALLOWED_IPS/);
});
