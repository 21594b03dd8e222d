import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_DIGEST, mutationHash, rowDigest, xorDigests } from './digest.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const digest = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => bits.toString(16).padStart(16, '0'));
const rows = fc.array(fc.record({ id: fc.uuid(), fields: fc.dictionary(fc.string(), fc.jsonValue()) }), {
  maxLength: 8,
});

test('exclusive-or is that of the 64 bits', () => {
  fc.assert(
    fc.property(digest, digest, (a, b) => {
      expect(xorDigests(a, b)).toBe((BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(16).padStart(16, '0'));
    }),
  );
});

test('a digest does not know in which order rows came, and a row taken out leaves no trace', () => {
  fc.assert(
    fc.property(rows, rows, (kept, gone) => {
      const of = (list: typeof kept) => list.map((row) => rowDigest(sha256, { type: 'order', ...row }));
      const all = [...of(kept), ...of(gone)].reduce(xorDigests, EMPTY_DIGEST);
      expect(of(gone).toReversed().reduce(xorDigests, all)).toBe(
        of(kept).toReversed().reduce(xorDigests, EMPTY_DIGEST),
      );
    }),
  );
});

test('another type, id or field is another row; a dead row is none', () => {
  const row = { type: 'order', id: 'a', fields: { x: 1, y: [1, 2] } };
  const others = [
    { ...row, type: 'payment' },
    { ...row, id: 'b' },
    { ...row, fields: { x: 1, y: [2, 1] } },
    { ...row, fields: {} },
  ];
  for (const other of others) expect(rowDigest(sha256, other)).not.toBe(rowDigest(sha256, row));
  expect(rowDigest(sha256, { ...row, fields: { y: [1, 2], x: 1 } })).toBe(rowDigest(sha256, row));
  expect(rowDigest(sha256, { ...row, fields: null })).toBe(EMPTY_DIGEST);
});

test('the hash of a mutation covers everything but itself and its base', () => {
  const body = { mid: 1, name: 'order.place', args: { a: 1 }, schema: 1, hlc: '0'.repeat(16) };
  const hash = mutationHash(sha256, body);
  for (const change of [{ mid: 2 }, { name: 'x' }, { args: { a: 2 } }, { schema: 2 }, { hlc: '1'.repeat(16) }]) {
    expect(mutationHash(sha256, { ...body, ...change })).not.toBe(hash);
  }
});
