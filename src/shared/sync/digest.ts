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

const half = (digest: Digest, from: number): number => Number.parseInt(digest.slice(from, from + 8), 16);
const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, '0');

export const xorDigests = (a: Digest, b: Digest): Digest => hex(half(a, 0) ^ half(b, 0)) + hex(half(a, 8) ^ half(b, 8));

/** What `h` of a mutation must be. */
export const mutationHash = (sha256: Sha256, mutation: Omit<Mutation, 'h' | 'base'>): string =>
  sha256(canonicalJson(hashedPart(mutation)));
