import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptMediaType } from '#shared/blobs/media-type.rules.ts';
import { Sealed } from '#shared/kernel/sealed.ts';
import { createSealing, organizationKey, type Place } from './sealing.ts';

const KEY = organizationKey('a secret of the server', 'organisation-1');
const PLACE: Place = ['passport', 'client-1', 'series'];
const sealing = createSealing(KEY);
const codeOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test('any text comes back, and its seal is one for the schema', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 256 }), (value) => {
      const sealed = sealing.seal(PLACE, value);
      expect(Sealed.safeParse(sealed).success).toBe(true);
      expect(sealing.open(PLACE, sealed)).toBe(value);
      expect(value.length < 4 || !sealed.includes(value)).toBe(true);
    }),
  );
});

test('equal values of one place are equal strings, on another device too; anything else differs', () => {
  const sealed = sealing.seal(PLACE, '4509');
  expect(createSealing(organizationKey('a secret of the server', 'organisation-1')).seal(PLACE, '4509')).toBe(sealed);
  const others = [
    sealing.seal(PLACE, '4510'),
    sealing.seal(['passport', 'client-2', 'series'], '4509'),
    sealing.seal(['passport', 'client-1', 'number'], '4509'),
    createSealing(organizationKey('a secret of the server', 'organisation-2')).seal(PLACE, '4509'),
    createSealing(organizationKey('another secret', 'organisation-1')).seal(PLACE, '4509'),
  ];
  expect(new Set([sealed, ...others]).size).toBe(6);
  const nonces = [sealed, ...others].map((one) => Buffer.from(one.slice(3), 'base64url').toString('hex').slice(0, 24));
  expect(new Set(nonces).size).toBe(6);
});

test('parts of a place do not run into one another', () => {
  expect(sealing.seal(['a', 'bc', 'd'], 'x')).not.toBe(sealing.seal(['ab', 'c', 'd'], 'x'));
});

describe('a seal does not open', () => {
  const sealed = sealing.seal(PLACE, '4509');
  test.each<[string, () => unknown]>([
    ['in the file of another client', () => sealing.open(['passport', 'client-2', 'series'], sealed)],
    ['as another field', () => sealing.open(['passport', 'client-1', 'number'], sealed)],
    ['with the key of others', () => createSealing(organizationKey('x', 'organisation-1')).open(PLACE, sealed)],
    ['when it is cut', () => sealing.open(PLACE, sealed.slice(0, 20))],
    ['when it is none', () => sealing.open(PLACE, '4509')],
    ['as a file', () => sealing.openBytes(PLACE, Buffer.from(sealed.slice(3), 'base64url'))],
  ])('%s', (_, open) => expect(codeOf(open)).toBe('clients.seal_broken'));

  test('after any bit of it was changed', () => {
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(codeOf(() => sealing.open(PLACE, `s1.${changed.toString('base64url')}`))).toBe('clients.seal_broken');
    }
  });
});

test('a file comes back, is known as a sealed one, and seals to the same bytes again', () => {
  const file = Buffer.from('\xff\xd8\xff a picture of a passport', 'latin1');
  const sealed = sealing.sealBytes(PLACE, file);
  expect(Buffer.from(sealing.openBytes(PLACE, sealed))).toEqual(file);
  expect(Buffer.from(sealing.sealBytes(PLACE, file))).toEqual(Buffer.from(sealed));
  expect(Buffer.from(sealed).includes('passport')).toBe(false);
  expect(acceptMediaType('sealed', sealed.subarray(0, 16))).toBe('application/x-prilavok-sealed');
});

test('a key of another length is a fault of the program', () => {
  expect(() => createSealing(new Uint8Array(16))).toThrow('32 bytes');
});
