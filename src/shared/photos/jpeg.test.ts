import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanJpeg } from './jpeg.rules.ts';
import { cropFor, isPhotoSize, photoSize } from './photo-format.ts';

const text = (value: string) => Uint8Array.from(value, (char) => char.charCodeAt(0));
const segment = (marker: number, body: Uint8Array): Uint8Array =>
  Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body);
const bytesOf = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const frame = (width: number, height: number) =>
  segment(0xc0, Uint8Array.of(8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0));
const START = Uint8Array.of(0xff, 0xd8);
const END = Uint8Array.of(0xff, 0xd9);
const JFIF = segment(0xe0, text('JFIF\0'));
const PROFILE = segment(0xe2, text('ICC_PROFILE\0'));
const POSITION = segment(0xe1, text('Exif\0\0 GPSLatitude 55.7558'));
const XMP = segment(0xe1, text('http://ns.adobe.com/xap/1.0/ GPS'));
const IPTC = segment(0xed, text('Photoshop 3.0 Moscow GPS'));
const COMMENT = segment(0xfe, text('taken at home GPS'));
const SCAN = bytesOf(segment(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0)), Uint8Array.of(1, 2, 0xff, 0, 3, 0xff, 0xd0, 4));

const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('a JPEG that is kept', () => {
  test('says nothing of where, when and with what it was taken', () => {
    const noisy = bytesOf(
      START,
      JFIF,
      POSITION,
      XMP,
      PROFILE,
      IPTC,
      COMMENT,
      frame(1200, 800),
      SCAN,
      POSITION,
      SCAN,
      END,
    );
    const clean = cleanJpeg(noisy);
    expect(clean).toMatchObject({ width: 1200, height: 800 });
    expect(clean?.bytes).toEqual(bytesOf(START, JFIF, PROFILE, frame(1200, 800), SCAN, SCAN, END));
    expect(asText(clean?.bytes ?? START)).not.toMatch(/GPS|Exif|Moscow/);
  });

  test('loses what hangs behind its end: a second picture may have notes of its own', () => {
    const plain = bytesOf(START, frame(3, 2), SCAN, END);
    expect(cleanJpeg(bytesOf(plain, START, POSITION, END))?.bytes).toEqual(plain);
  });

  test('a real one stays to the byte', () => {
    const real = readFileSync(join(import.meta.dirname, '../../../scripts/demo-photos/car-1.jpg'));
    const clean = cleanJpeg(real);
    expect(clean).toMatchObject({ width: 1200, height: 800 });
    expect(Buffer.from(clean?.bytes ?? []).equals(real)).toBe(true);
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['another file', text('%PDF-1.7')],
    ['one that was cut in its scan', bytesOf(START, frame(3, 2), SCAN)],
    ['one without a picture', bytesOf(START, JFIF, END)],
    ['a segment longer than the file', bytesOf(START, Uint8Array.of(0xff, 0xe1, 0xff, 0xff, 1))],
  ])('%s is none', (_name, bytes) => {
    expect(cleanJpeg(bytes)).toBeUndefined();
  });

  test('any bytes are cleaned or refused, and what is clean stays so', () => {
    const parts = fc.constantFrom(JFIF, POSITION, XMP, PROFILE, IPTC, COMMENT, frame(30, 20), SCAN, END, text('ab'));
    fc.assert(
      fc.property(fc.array(parts), fc.uint8Array(), (middle, tail) => {
        const clean = cleanJpeg(bytesOf(START, ...middle, tail));
        if (clean !== undefined) {
          expect(asText(clean.bytes)).not.toContain('GPS');
          expect(cleanJpeg(clean.bytes)?.bytes).toEqual(clean.bytes);
        }
      }),
    );
  });
});

describe('the format of the paper', () => {
  test.each([
    [{ width: 1280, height: 720 }, 'landscape', { x: 100, y: 0, width: 1080, height: 720 }],
    [{ width: 1200, height: 1200 }, 'landscape', { x: 0, y: 200, width: 1200, height: 800 }],
    [{ width: 1280, height: 720 }, 'portrait', { x: 400, y: 0, width: 480, height: 720 }],
    [{ width: 300, height: 900 }, 'portrait', { x: 0, y: 225, width: 300, height: 450 }],
  ] as const)('%o cut for %s', (size, orientation, crop) => {
    expect(cropFor(size, orientation)).toEqual(crop);
  });

  test.each([
    [photoSize('landscape'), true],
    [photoSize('portrait'), true],
    [{ width: 600, height: 400 }, true],
    [{ width: 601, height: 400 }, true],
    [{ width: 1201, height: 801 }, false],
    [{ width: 1200, height: 1200 }, false],
    [{ width: 0, height: 0 }, false],
  ])('%o', (size, fits) => {
    expect(isPhotoSize(size)).toBe(fits);
  });
});
