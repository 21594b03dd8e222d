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

const PATH = /^[A-Za-z]\w*(\[\*\])?(\.[A-Za-z]\w*(\[\*\])?)*$/;

/** Type and path of each reference. Throws on a path that cannot be understood: it would go into SQL. */
export const listBlobFields = (fields: BlobFields): readonly { readonly type: EntityType; readonly path: string }[] =>
  Object.entries(fields).flatMap(([type, paths]) =>
    paths.map((path) => {
      if (!PATH.test(path)) throw new Error(`"${path}" of ${type} is no path to a blob`);
      return { type: type as EntityType, path };
    }),
  );
