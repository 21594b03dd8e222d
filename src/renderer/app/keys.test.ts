import { expect, test } from 'vitest';
import { isTyping, keyName } from './keys.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false };

test.each([
  ['F9', { ...plain, key: 'F9', code: 'F9' }],
  ['?', { ...plain, key: '?', code: 'Slash' }],
  ['Ctrl+Z', { ...plain, ctrlKey: true, key: 'я', code: 'KeyZ' }],
  ['Ctrl+Z', { ...plain, metaKey: true, key: 'z', code: 'KeyZ' }],
  ['я', { ...plain, key: 'я', code: 'KeyZ' }],
  ['ArrowDown', { ...plain, key: 'ArrowDown', code: 'ArrowDown' }],
])('is called %s', (name, press) => {
  expect(keyName(press)).toBe(name);
});

test.each([
  ['5', true],
  ['Delete', true],
  ['ArrowUp', true],
  ['Enter', true],
  ['F10', false],
  ['Escape', false],
])('%s belongs to the field: %s', (name, expected) => {
  expect(isTyping(name)).toBe(expected);
});
