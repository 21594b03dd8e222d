import { expect, test } from 'vitest';
import { digitsOf, enter, erase } from './otp.rules.ts';

test.each([
  ['123456', '123456'],
  ['Код: 123 456.', '123456'],
  ['12345678', '123456'],
  [' ', ''],
])('%j holds the digits %j', (text, digits) => {
  expect(digitsOf(text)).toBe(digits);
});

test.each([
  ['a digit goes on to the next box', '', 0, '1', '1', 1],
  ['a paste fills the rest', '1', 1, '23456', '123456', 5],
  ['a paste of a whole sentence', '', 0, 'Ваш код 654 321', '654321', 5],
  ['a filled box is written over', '123', 1, '9', '193', 2],
  ['a box beyond the end is the next one', '12', 5, '3', '123', 3],
  ['a letter changes nothing', '12', 2, 'я', '12', 2],
])('%s', (_name, code, box, text, next, at) => {
  expect(enter({ code, at: 0 }, box, text)).toEqual({ code: next, at });
});

test.each([
  ['the digit of the box', '123', 1, '13', 1],
  ['the one before an empty box', '12', 2, '1', 1],
  ['nothing is left', '', 0, '', 0],
])('backspace: %s', (_name, code, box, next, at) => {
  expect(erase({ code, at: box }, box)).toEqual({ code: next, at });
});
