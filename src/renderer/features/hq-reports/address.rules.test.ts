import { expect, test } from 'vitest';
import { readAddress } from './address.rules.ts';

test.each([
  [' Anna@Mail.ru ', { channel: 'email', address: 'anna@mail.ru' }],
  ['8 900 123-45-67', { channel: 'sms', address: '+79001234567' }],
  ['anna@', undefined],
  ['12', undefined],
  ['', undefined],
])('%j', (text, address) => {
  expect(readAddress(text)).toEqual(address);
});
