/** Carries messages to the address of the client application. */
import axios, { isAxiosError } from 'axios';
import type { Carrier } from './support.carrier.ts';

const TIMEOUT_MS = 3000;

export function createWebhookCarrier(url: string, token: string | undefined): Carrier {
  const client = axios.create({
    timeout: TIMEOUT_MS,
    maxRedirects: 0,
    maxContentLength: 65_536,
    validateStatus: () => true,
    proxy: false,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return async (message) => {
    try {
      const { status } = await client.post<unknown>(url, message, {
        headers: { 'idempotency-key': message.message_id },
      });
      // It has one of this key already.
      if ((status >= 200 && status < 300) || status === 409) return { kind: 'taken' };
      return { kind: status >= 500 || status === 429 ? 'away' : 'refused', fault: `http_${status}` };
    } catch (error) {
      // Its code alone: an AxiosError carries the message and the token.
      return { kind: 'away', fault: isAxiosError(error) ? (error.code ?? 'fault') : 'fault' };
    }
  };
}
