/** Who may call the local API: programs of this machine, and pages that this device serves itself. */
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
