import { expect, test } from 'vitest';
import { foldText, otherLayout, searchWords } from './search.rules.ts';

test('words are letters and digits of any script, and nothing else', () => {
  expect(searchWords('  Мол"око* -3,2% ё שלום ')).toEqual(['мол', 'око', '3', '2', 'е', 'שלום']);
});

test('folding takes case, yo and blanks away', () => {
  expect(foldText('  ЁЖ\u00a0 и  Уж ')).toBe('еж и уж');
});

test.each([
  ['ghbdtn', 'привет'],
  ['GHBDTN', 'привет'],
  ['cth;', 'серж'],
  ['`krf', 'ёлка'],
  [',jkn v8', 'болт м8'],
  ['ьшдл', 'milk'],
  ['ё', '`'],
  ['123', undefined],
  ['3,2%', undefined],
  ['', undefined],
])('the keys of "%s" in the other layout are %j', (text, other) => {
  expect(otherLayout(text)).toBe(other);
});

test('every letter is found again by its key', () => {
  for (const letter of 'абвгдежзийклмнопрстуфхцчшщъыьэюя') {
    expect(otherLayout(`q${otherLayout(letter)}`)).toBe(`й${letter}`);
  }
});
