import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';

const shuffled = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(shuffled);
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, shuffled(member)]),
  );
};

test('the order of keys does not matter, and JSON reads back what was written', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(shuffled(value))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('different values give different texts', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const isSame = canonicalJson(a) === canonicalJson(b);
      // -0 and 0 are one number in JSON.
      expect(isSame).toBe(
        canonicalJson(JSON.parse(JSON.stringify(a))) === canonicalJson(JSON.parse(JSON.stringify(b))),
      );
      if (isSame) expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
    }),
  );
});

test('keys stand in the order of their UTF-16 units, members that are undefined are not there', () => {
  expect(canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, 1: 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 })).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  );
  expect(canonicalJson({ b: undefined, a: [undefined, null], c: { d: undefined } })).toBe('{"a":[null,null],"c":{}}');
  expect(canonicalJson(undefined)).toBe('null');
});

test('objects of more shapes than are remembered are written all the same', () => {
  for (let n = 0; n < 10_000; n += 1) {
    expect(canonicalJson({ [`z${n}`]: 1, a: 2 })).toBe(`{"a":2,"z${n}":1}`);
  }
  expect(canonicalJson({ b: 1, a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1},"b":1}');
});

test.each(['"', '\\', '\n', '\u001f', '\ud83d', '\udc00', 'ё', '😀', '\u2028', ''])(
  'a text is written as JSON writes it: %j',
  (text) => {
    expect(canonicalJson(`a${text}b`)).toBe(JSON.stringify(`a${text}b`));
  },
);
