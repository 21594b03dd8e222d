import { createHash } from 'node:crypto';

/**
 * The policy of every page of the suite, in both shells, as one header. Pages load nothing remote and carry nothing inline:
 * every script and style is a file of ours (how that is kept, with Mantine, is told in `src/renderer/app/csp.md`).
 *
 * `connect-src 'self'` covers the browser shell's WebSocket: same host and port. `data:` and `blob:` are photos that are not
 * stored yet. A camera's preview is no source: it is set as an object.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The policy of a page that a shell writes itself, as one text with its style inside: no script, no source, and that one style
 * by its digest. `style` is exactly what stands between `<style>` and `</style>`.
 */
export const policyForStyle = (style: string): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** What goes with every page and file, whichever shell serves it. */
export const SECURITY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;
