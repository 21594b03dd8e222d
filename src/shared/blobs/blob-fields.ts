/**
 * Which fields of which rows refer to blobs. What is not named here keeps no blob alive: a new reference is added to this
 * table together with its field.
 */
import type { EntityType } from '../sync/entities.ts';

/** Paths by kind of row: `photoId`, `photos[*]`, `devices[*].photos[*].blobId`. */
export type BlobFields = { readonly [T in EntityType]?: readonly string[] };

export const BLOB_FIELDS: BlobFields = {
  report: ['fileId'],
  order: ['imageId'],
  contract: ['fileId'],
  appliance: ['photos[*]'],
  passport: ['photo'],
};

const MANY = '[*]';
/** SHA-256 in hex. */
const BLOB_ID_LENGTH = 64;
const PATH = /^[A-Za-z]\w*(\[\*\])?(\.[A-Za-z]\w*(\[\*\])?)*$/;

/** Type and path of each reference. Throws on a path that cannot be understood: it would go into SQL. */
export const listBlobFields = (fields: BlobFields): readonly { readonly type: EntityType; readonly path: string }[] =>
  Object.entries(fields).flatMap(([type, paths]) =>
    paths.map((path) => {
      if (!PATH.test(path)) throw new Error(`"${path}" of ${type} is no path to a blob`);
      return { type: type as EntityType, path };
    }),
  );

/** What the members with the blobs of a path are called: `photos` of `devices[*].photos[*]`. */
export const nameOf = (path: string): string => (path.split('.').at(-1) ?? path).replace(MANY, '');

/** The blobs that a row names at a path. A lone value is at the path of a list too. */
export function blobsAt(row: unknown, path: string): string[] {
  let found = [row];
  for (const step of path.split('.')) {
    const name = step.replace(MANY, '');
    const members = found.flatMap((value) => (isRecord(value) ? [value[name]] : []));
    found = step === name ? members : members.flat();
  }
  return found.filter((value) => typeof value === 'string' && value.length === BLOB_ID_LENGTH) as string[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
