/** Who takes messages to the client application. It may be told of one twice: the key says that it is the same. */

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

/** Without an address to call: the application reads its messages here, and has them as soon as they are written. */
export const keptHere: Carrier = () => Promise.resolve({ kind: 'taken' });
