/** Carries messages into the client application. It may be told of one twice: the key says that it is the same. */
import axios, { isAxiosError } from 'axios';

export interface OutgoingMessage {
  /** Also its `Idempotency-Key`. */
  readonly message_id: string;
  /** Null: the client is no user of the application that we know of. */
  readonly user_id: string | null;
  readonly client_id: string;
  readonly ticket_id: string;
  readonly subject: string;
  readonly kind: string;
  /** As the client reads it, with the code. */
  readonly body: string;
  readonly created_at: string;
}

/** `away`: nobody answers, and nobody will answer the next one either. */
export type Carried = { readonly kind: 'taken' } | { readonly kind: 'refused' | 'away'; readonly fault: string };
export type Carrier = (message: OutgoingMessage) => Promise<Carried>;

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

/** Without an address to call: the application reads its messages here, and has them as soon as they are written. */
export const keptHere: Carrier = () => Promise.resolve({ kind: 'taken' });
