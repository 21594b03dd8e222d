/**
 * How two sides find out that they hold the same rows without sending them: the exclusive-or of the hashes of a scope's
 * live rows. It is kept up by every write (the old hash out, the new one in), and its order of arrival does not matter.
 */
import { canonicalJson } from '../kernel/canonical.ts';
import type { Mutation } from './protocol.ts';
import { hashedPart } from './protocol.ts';

/** SHA-256 of a text, as 64 hex digits. Given by the side that runs: `src/shared` has no crypto of its own. */
export type Sha256 = (text: string) => string;

/** 16 hex digits. */
export type Digest = string;
export const EMPTY_DIGEST: Digest = '0000000000000000';

/** What identifies the state of a row; its version does not belong to it, so a digest is of state alone. */
export interface DigestedRow {
  readonly type: string;
  readonly id: string;
  /** Null for a deleted row, which counts for nothing. */
  readonly fields: Readonly<Record<string, unknown>> | null;
}

export const rowDigest = (sha256: Sha256, { type, id, fields }: DigestedRow): Digest =>
  fields === null ? EMPTY_DIGEST : textDigest(sha256, { type, id }, canonicalJson(fields));

/** The same for a live row whose fields are canonical JSON already. */
export const textDigest = (
  sha256: Sha256,
  { type, id }: { readonly type: string; readonly id: string },
  fields: string,
): Digest => sha256(`${type}:${id}\n${fields}`).slice(0, 16);

/** Eight hex digits from there, as bits. By hand, as `hex`: every row that crosses the wire comes by, and V8 is slow at both. */
function half(digest: Digest, from: number): number {
  let bits = 0;
  for (let at = from; at < from + 8; at += 1) {
    const code = digest.charCodeAt(at);
    bits = (bits << 4) | (code <= NINE ? code - ZERO : code - A + 10);
  }
  return bits;
}
const [ZERO, NINE, A] = [0x30, 0x39, 0x61];

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const hexByte = (bits: number): string => BYTES[bits & 0xff] ?? '';
const hex = (bits: number): string => hexByte(bits >>> 24) + hexByte(bits >>> 16) + hexByte(bits >>> 8) + hexByte(bits);

export const xorDigests = (a: Digest, b: Digest): Digest => hex(half(a, 0) ^ half(b, 0)) + hex(half(a, 8) ^ half(b, 8));

/** What `h` of a mutation must be. */
export const mutationHash = (sha256: Sha256, mutation: Omit<Mutation, 'h' | 'base'>): string =>
  sha256(canonicalJson(hashedPart(mutation)));
