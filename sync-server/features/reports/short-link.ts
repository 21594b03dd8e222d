/** The link of an SMS: short, signed, and good for a few days. `/s/<expires><code><signature>`, all of it base64url. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '#shared/kernel/errors.ts';

const MINUTE = 60_000;
const EXPIRES_BYTES = 4;
const CODE_BYTES = 16;
/** 72 bits: guessing is hopeless at the rate that the server allows, and the link stays short. */
const SIGNATURE_BYTES = 9;
export const SHORT_LINK = /^[A-Za-z0-9_-]{39}$/;

const sign = (secret: string, head: Buffer): Buffer =>
  createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update('report-link\n')
    .update(head)
    .digest()
    .subarray(0, SIGNATURE_BYTES);

/** @param copyCode 22 characters of base64url. @param expires Unix ms. */
export function makeShortLink(secret: string, copyCode: string, expires: number): string {
  const head = Buffer.alloc(EXPIRES_BYTES + CODE_BYTES);
  head.writeUInt32BE(Math.floor(expires / MINUTE));
  Buffer.from(copyCode, 'base64url').copy(head, EXPIRES_BYTES);
  return Buffer.concat([head, sign(secret, head)]).toString('base64url');
}

/** @returns the copy code. @throws AppError `blobs.link_invalid`, `reports.link_expired` */
export function readShortLink(secret: string, link: string, now: number): string {
  const bytes = Buffer.from(link, 'base64url');
  const head = bytes.subarray(0, EXPIRES_BYTES + CODE_BYTES);
  const given = bytes.subarray(EXPIRES_BYTES + CODE_BYTES);
  if (given.length !== SIGNATURE_BYTES || !timingSafeEqual(given, sign(secret, head))) {
    throw new AppError('blobs.link_invalid', 'this link was not made here');
  }
  if (head.readUInt32BE() * MINUTE <= now) throw new AppError('reports.link_expired', 'this link has expired');
  return head.subarray(EXPIRES_BYTES).toString('base64url');
}
