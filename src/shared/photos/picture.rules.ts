/** What may stay in a picture that is kept, whichever of the formats of photos it has: no word of where, when and with what. */
import { cleanJpeg } from './jpeg.rules.ts';
import type { Size } from './photo-format.ts';

export interface Picture extends Size {
  /** The picture without its notes. */
  readonly bytes: Uint8Array;
}

/** The picture without its notes; `undefined` for what is no whole JPEG, PNG or WebP. */
export const cleanPicture = (source: Uint8Array): Picture | undefined =>
  cleanJpeg(source) ?? cleanPng(source) ?? cleanWebp(source);

const textAt = (source: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...source.subarray(at, at + length));

const PNG_HEAD = '\x89PNG\r\n\x1a\n';
/** Critical chunks and those that say how to show the pixels. Text, time and EXIF are none of them. */
const PNG_KEPT = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'sBIT',
  'bKGD',
  'pHYs',
]);

function cleanPng(source: Uint8Array): Picture | undefined {
  if (textAt(source, 0, 8) !== PNG_HEAD) return undefined;
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const kept: Uint8Array[] = [source.subarray(0, 8)];
  let size: Size | undefined;
  let at = 8;
  while (at + 12 <= source.length) {
    const length = view.getUint32(at);
    const type = textAt(source, at + 4, 4);
    const end = at + 12 + length;
    if (end > source.length) return undefined;
    if (type === 'IHDR' && length >= 8) size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (PNG_KEPT.has(type)) kept.push(source.subarray(at, end));
    if (type === 'IEND') return size && { ...size, bytes: joined(kept) };
    at = end;
  }
  return undefined;
}

const WEBP_KEPT = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ICCP', 'ANIM', 'ANMF']);
/** In the flags of VP8X: there is EXIF, there is XMP. */
const WEBP_NOTES = 0x08 | 0x04;

function cleanWebp(source: Uint8Array): Picture | undefined {
  if (textAt(source, 0, 4) !== 'RIFF' || textAt(source, 8, 4) !== 'WEBP') return undefined;
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const whole = 8 + view.getUint32(4, true);
  if (whole > source.length) return undefined;
  const kept: Uint8Array[] = [];
  let size: Size | undefined;
  let at = 12;
  while (at + 8 <= whole) {
    const type = textAt(source, at, 4);
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length % 2);
    if (end > whole) return undefined;
    size ??= webpSize(type, source.subarray(at + 8, end));
    if (WEBP_KEPT.has(type)) {
      const chunk = Uint8Array.from(source.subarray(at, end));
      if (type === 'VP8X') chunk[8] = (chunk[8] ?? 0) & ~WEBP_NOTES;
      kept.push(chunk);
    }
    at = end;
  }
  if (size === undefined) return undefined;
  const head = Uint8Array.from(source.subarray(0, 12));
  new DataView(head.buffer).setUint32(4, 4 + kept.reduce((sum, { length }) => sum + length, 0), true);
  return { ...size, bytes: joined([head, ...kept]) };
}

function webpSize(type: string, data: Uint8Array): Size | undefined {
  const at = (index: number): number => data[index] ?? 0;
  if (type === 'VP8X' && data.length >= 10) {
    const side = (from: number) => 1 + at(from) + at(from + 1) * 256 + at(from + 2) * 65_536;
    return { width: side(4), height: side(7) };
  }
  // A lossy frame: three bytes of tag, three of start code, then two of each side, with two bits of scaling.
  if (type === 'VP8 ' && data.length >= 10)
    return { width: (at(6) + at(7) * 256) & 0x3fff, height: (at(8) + at(9) * 256) & 0x3fff };
  // A lossless one: a signature byte, then fourteen bits of each side, less one.
  if (type === 'VP8L' && data.length >= 5) {
    const bits = at(1) + at(2) * 256 + at(3) * 65_536 + at(4) * 16_777_216;
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return undefined;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
