import { expect, test } from 'vitest';
import { readContact } from './contact.ts';

test.each([
  ['anna@example.ru', { email: 'anna@example.ru' }],
  [' 8 (900) 123-45-67 ', { phone: '+79001234567' }],
  ['anna@', undefined],
  ['12345', undefined],
  ['', undefined],
])('reads %j', (text, contact) => {
  expect(readContact(text)).toEqual(contact);
});
