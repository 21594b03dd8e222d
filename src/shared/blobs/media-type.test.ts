import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blobsAt, listBlobFields, nameOf } from './blob-fields.ts';
import { BLOB_KINDS, MIN_GRACE_DAYS } from './blobs.schema.ts';
import { acceptMediaType, assertSize, SNIFF_BYTES, sniffMediaType } from './media-type.rules.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const JPEG = bytes('\xff\xd8\xff\xe0\0\x10JFIF');
const PNG = bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR');
const WEBP = bytes('RIFF\x24\0\0\0WEBPVP8 ');
const PDF = bytes('%PDF-1.7\n');

test.each([
  ['JPEG', JPEG, 'image/jpeg'],
  ['PNG', PNG, 'image/png'],
  ['WebP', WEBP, 'image/webp'],
  ['PDF', PDF, 'application/pdf'],
  ['a page', bytes('<!doctype html><svg'), undefined],
  ['SVG', bytes('<svg xmlns="http:'), undefined],
  ['GIF', bytes('GIF89a'), undefined],
  ['another RIFF', bytes('RIFF\x24\0\0\0WAVEfmt '), undefined],
  ['a PNG that was cut', PNG.slice(0, 7), undefined],
  ['a PDF after something else', bytes(' %PDF-1.7'), undefined],
  ['nothing', new Uint8Array(), undefined],
])('%s is known by its content', (_, head, type) => {
  expect(sniffMediaType(head)).toBe(type);
});

test('what follows the beginning does not change the verdict', () => {
  fc.assert(
    fc.property(fc.constantFrom(JPEG, PNG, WEBP, PDF), fc.uint8Array(), (head, tail) => {
      expect(head.length >= SNIFF_BYTES || head.length >= 9).toBe(true);
      expect(sniffMediaType(Uint8Array.from([...head, ...tail]))).toBe(sniffMediaType(head));
    }),
  );
});

describe('a kind', () => {
  test('takes only its types', () => {
    expect(acceptMediaType('photo', PNG)).toBe('image/png');
    expect(acceptMediaType('document', PDF)).toBe('application/pdf');
    expect(() => acceptMediaType('photo', PDF)).toThrow(expect.objectContaining({ code: 'blobs.type_refused' }));
    expect(() => acceptMediaType('document', JPEG)).toThrow(expect.objectContaining({ code: 'blobs.type_refused' }));
  });

  test('has a largest size', () => {
    assertSize('photo', BLOB_KINDS.photo.maxBytes);
    expect(() => assertSize('photo', BLOB_KINDS.photo.maxBytes + 1)).toThrow(
      expect.objectContaining({ code: 'app.too_large' }),
    );
  });
});

test('blobs outlive tombstones', () => {
  expect(MIN_GRACE_DAYS).toBeGreaterThanOrEqual(30);
});

test.each(['photo', 'photos[*]', 'devices[*].photos[*].blobId'])('%s is a path', (path) => {
  expect(listBlobFields({ visit: [path] })).toEqual([{ type: 'visit', path }]);
});
test.each(['', 'a.', '[*]', "a'; DROP", 'a[0]', '$.a', 'a b'])('%j is none', (path) => {
  expect(() => listBlobFields({ visit: [path] })).toThrow('is no path');
});

test('blobs are read from a row by the path, from lists, and from one where a list is said', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
  const row = {
    cover: a,
    photos: [a, b, 'short', 7],
    devices: [{ photos: [{ blobId: b }] }, {}, null, { photos: { blobId: c } }],
  };
  expect(blobsAt(row, 'cover')).toEqual([a]);
  expect(blobsAt(row, 'photos[*]')).toEqual([a, b]);
  expect(blobsAt(row, 'cover[*]')).toEqual([a]);
  expect(blobsAt(row, 'photos')).toEqual([]);
  expect(blobsAt(row, 'devices[*].photos[*].blobId')).toEqual([b, c]);
  expect(blobsAt(row, 'nothing.here')).toEqual([]);
  expect(['cover', 'photos[*]', 'devices[*].photos[*].blobId'].map(nameOf)).toEqual(['cover', 'photos', 'blobId']);
});
