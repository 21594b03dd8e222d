import { expect, test } from 'vitest';
import { isTyping, keyName } from './keys.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test.each([
  ['F9', { ...plain, key: 'F9', code: 'F9' }],
  ['?', { ...plain, key: '?', code: 'Slash' }],
  ['Ctrl+Z', { ...plain, ctrlKey: true, key: 'я', code: 'KeyZ' }],
  ['Ctrl+Z', { ...plain, metaKey: true, key: 'z', code: 'KeyZ' }],
  ['я', { ...plain, key: 'я', code: 'KeyZ' }],
  ['Shift+F8', { ...plain, shiftKey: true, key: 'F8', code: 'F8' }],
  ['Shift+Delete', { ...plain, shiftKey: true, key: 'Delete', code: 'Delete' }],
  ['+', { ...plain, shiftKey: true, key: '+', code: 'Equal' }],
  ['ArrowDown', { ...plain, key: 'ArrowDown', code: 'ArrowDown' }],
])('is called %s', (name, press) => {
  expect(keyName(press)).toBe(name);
});

test.each([
  ['5', true],
  ['Delete', true],
  ['ArrowUp', true],
  ['Enter', true],
  ['Shift+Delete', true],
  ['Shift+F8', false],
  ['F10', false],
  ['Escape', false],
])('%s belongs to the field: %s', (name, expected) => {
  expect(isTyping(name)).toBe(expected);
});
