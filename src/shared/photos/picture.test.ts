import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanPicture } from './picture.rules.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const asText = (source: Uint8Array | undefined) => Buffer.from(source ?? []).toString('latin1');

const NOTE = 'GPSLatitude 55.7558 at home';

const chunk = (type: string, data: Uint8Array) => {
  const head = new DataView(new ArrayBuffer(4));
  head.setUint32(0, data.length);
  return joined(new Uint8Array(head.buffer), bytes(type), data, Uint8Array.of(1, 2, 3, 4));
};
const side = (value: number) => Uint8Array.of(0, 0, value >> 8, value & 255);
const IHDR = chunk('IHDR', joined(side(1200), side(900), Uint8Array.of(8, 2, 0, 0, 0)));
const png = (...chunks: readonly Uint8Array[]) => joined(bytes('\x89PNG\r\n\x1a\n'), ...chunks);

const piece = (type: string, data: Uint8Array) => {
  const length = Uint8Array.of(data.length & 255, (data.length >> 8) & 255, 0, 0);
  return joined(bytes(type), length, data, data.length % 2 === 1 ? Uint8Array.of(0) : new Uint8Array());
};
const webp = (...pieces: readonly Uint8Array[]) => {
  const body = joined(bytes('WEBP'), ...pieces);
  return joined(bytes('RIFF'), Uint8Array.of(body.length & 255, body.length >> 8, 0, 0), body);
};
const VP8X = (flags: number) => piece('VP8X', Uint8Array.of(flags, 0, 0, 0, 0xaf, 0x04, 0, 0x83, 0x03, 0));
const VP8 = piece('VP8 ', Uint8Array.of(0, 0, 0, 0x9d, 1, 0x2a, 0xb0, 0x04, 0x84, 0x03));
const VP8L = piece('VP8L', Uint8Array.of(0x2f, 0xaf, 0xc4, 0xe0, 0x00));

describe('a picture that is kept says nothing of where it was taken', () => {
  test('PNG', () => {
    const noisy = png(
      IHDR,
      chunk('eXIf', bytes(NOTE)),
      chunk('sRGB', Uint8Array.of(0)),
      chunk('tEXt', bytes(NOTE)),
      chunk('IDAT', bytes('pixels')),
      chunk('iTXt', bytes(NOTE)),
      chunk('tIME', bytes(NOTE)),
      chunk('IEND', new Uint8Array()),
      bytes(NOTE),
    );
    const clean = cleanPicture(noisy);
    expect(clean).toMatchObject({ width: 1200, height: 900 });
    const kept = [
      IHDR,
      chunk('sRGB', Uint8Array.of(0)),
      chunk('IDAT', bytes('pixels')),
      chunk('IEND', new Uint8Array()),
    ];
    expect(clean?.bytes).toEqual(png(...kept));
  });

  test('WebP, whose flags and length then say that there is nothing', () => {
    const noisy = webp(
      VP8X(0x2c),
      piece('ICCP', bytes('profile')),
      VP8,
      piece('EXIF', bytes(NOTE)),
      piece('XMP ', bytes(NOTE)),
    );
    const clean = cleanPicture(noisy);
    expect(clean).toMatchObject({ width: 1200, height: 900 });
    expect(clean?.bytes).toEqual(webp(VP8X(0x20), piece('ICCP', bytes('profile')), VP8));
    expect(cleanPicture(clean?.bytes ?? new Uint8Array())?.bytes).toEqual(clean?.bytes);
  });

  test.each([
    ['lossy', VP8],
    ['lossless', VP8L],
  ])('a plain WebP, %s, has its size in its frame', (_, frame) => {
    expect(cleanPicture(webp(frame))).toMatchObject({ width: 1200, height: 900, bytes: webp(frame) });
  });

  test('JPEG', () => {
    const real = readFileSync(join(import.meta.dirname, '../../../scripts/demo-photos/car-1.jpg'));
    const exif = bytes(`Exif\0\0${NOTE}`);
    const noisy = joined(real.subarray(0, 2), Uint8Array.of(0xff, 0xe1, 0, exif.length + 2), exif, real.subarray(2));
    expect(asText(noisy)).toContain(NOTE);
    expect(asText(cleanPicture(noisy)?.bytes)).toBe(asText(real));
  });
});

test('what is cut, or is something else, is none', () => {
  const whole = [png(IHDR, chunk('IDAT', bytes('pixels')), chunk('IEND', new Uint8Array())), webp(VP8X(0), VP8)];
  for (const source of whole) {
    expect(cleanPicture(source)).toMatchObject({ width: 1200, height: 900, bytes: source });
    for (let length = 0; length < source.length; length += 1)
      expect(cleanPicture(source.subarray(0, length))).toBeUndefined();
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (source) => cleanPicture(source) === undefined));
});
