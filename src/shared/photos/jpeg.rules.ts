/** What may stay in a JPEG that is kept: the picture, and no word of where, when and with what it was taken. */
import type { Size } from './photo-format.ts';

export interface Jpeg extends Size {
  /** The picture without its notes. */
  readonly bytes: Uint8Array;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;
/** Beginnings of frames: C0…CF without the tables that stand among them (DHT, JPG, DAC). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Stuffing and restarts belong to the data of a scan. */
const isInScan = (after: number): boolean => after === 0 || (after >= 0xd0 && after <= 0xd7);

/** JFIF, a colour profile and Adobe's colour transform say how to show the picture; every other note goes. */
const isKept = (marker: number): boolean =>
  marker === APP0 || marker === APP2 || marker === APP14 || !((marker >= APP0 && marker <= APP15) || marker === COM);

/**
 * A JPEG without its notes (EXIF with its position, XMP, IPTC, comments) and without whatever hangs behind its end;
 * `undefined` for what is no whole JPEG.
 */
export function cleanJpeg(source: Uint8Array): Jpeg | undefined {
  const at = (index: number): number => source[index] ?? 0;
  if (at(0) !== 0xff || at(1) !== SOI) return undefined;
  const kept: Uint8Array[] = [source.subarray(0, 2)];
  let size: Size | undefined;
  let position = 2;
  while (position + 1 < source.length) {
    if (at(position) !== 0xff) return undefined;
    const marker = at(position + 1);
    if (marker === 0xff) {
      position += 1;
      continue;
    }
    if (marker === EOI) {
      kept.push(source.subarray(position, position + 2));
      return size && { ...size, bytes: joined(kept) };
    }
    const length = at(position + 2) * 256 + at(position + 3);
    let end = position + 2 + length;
    if (length < 2 || end > source.length) return undefined;
    if (isFrame(marker)) {
      size = { height: at(position + 5) * 256 + at(position + 6), width: at(position + 7) * 256 + at(position + 8) };
    }
    if (marker === SOS) {
      while (end + 1 < source.length && (at(end) !== 0xff || isInScan(at(end + 1)))) end += 1;
    }
    if (isKept(marker)) kept.push(source.subarray(position, end));
    position = end;
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
