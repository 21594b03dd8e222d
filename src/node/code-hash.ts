import { createHmac } from 'node:crypto';

/**
 * What is kept of a four-digit code: keyed, for ten thousand guesses are soon made, and bound to its kiosk.
 *
 * @param key 64 hex digits, the kiosk's own.
 */
export const codeHash = (key: string, kioskId: string, code: string): string =>
  createHmac('sha256', Buffer.from(key, 'hex')).update(`${kioskId}:${code}`).digest('hex');
