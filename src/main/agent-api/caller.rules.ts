/** Who may call the local API: programs of this machine that hold the token of this start. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

/**
 * A web page somewhere else can reach loopback through the browser of this machine. It cannot help saying so: its name is
 * in the Host when it rebinds DNS to us, in the Origin when it posts, and in Sec-Fetch-Site when it does not.
 *
 * @returns why the caller is refused, or `undefined`.
 */
export function refuseCaller(headers: IncomingHttpHeaders): string | undefined {
  const { host = '', origin } = headers;
  if (!LOOPBACK.test(host)) return 'the local API is called by a loopback address';
  if (origin !== undefined && origin !== `http://${host}`) return 'another site may not call';
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none' ? undefined : 'another site may not call';
}

/** Does the caller bring `Authorization: Bearer <token>`? */
export function bringsToken({ authorization }: IncomingHttpHeaders, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

/** Digests have one length, so the comparison says nothing about how long the right token is. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
