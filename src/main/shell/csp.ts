/**
 * The policy of every page of the suite, in both shells, as one header. Pages load nothing remote and run no script that is
 * not a file of ours.
 *
 * `style-src 'unsafe-inline'`: Mantine writes its variables and responsive props as `<style>` elements at run time. With
 * every other source closed, a style has nowhere to send what it could read.
 * `connect-src 'self'` covers the browser shell's WebSocket: same host and port.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What goes with every page and file, whichever shell serves it. */
export const SECURITY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;
