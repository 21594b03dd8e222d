/** Addresses of blobs for pages: good for a short while, for one blob, for whoever has them. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '#shared/kernel/errors.ts';
import type { BlobKey } from './blob-store.port.ts';

export interface LinkProof {
  /** Unix ms. */
  readonly expires: number;
  readonly signature: string;
}

export function createLinks(secret: string) {
  const sign = ({ organizationId, id }: BlobKey, expires: number): Buffer =>
    createHmac('sha256', secret).update(`blob\n${organizationId}\n${id}\n${expires}`).digest();
  return {
    /** A path on this server. */
    make: (key: BlobKey, expires: number): string =>
      `/blob-link/${key.organizationId}/${key.id}?expires=${expires}&signature=${sign(key, expires).toString('base64url')}`,
    /** @throws AppError `blobs.link_invalid`, `blobs.link_expired` */
    check: (key: BlobKey, { expires, signature }: LinkProof, now: number): void => {
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(key, expires);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new AppError('blobs.link_invalid', 'this link was not made here');
      }
      if (expires <= now) throw new AppError('blobs.link_expired', 'this link has expired');
    },
  };
}

export type Links = ReturnType<typeof createLinks>;
