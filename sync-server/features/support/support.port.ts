/**
 * What the rest of the server says to a client in the support chat of the client's application. A message is written in
 * the transaction of the act that it tells of, and goes after the commit, until it is delivered: one act, one message.
 */
import type { Scope } from '#shared/sync/scopes.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';

/** What a message tells of; who sends one knows the rest. */
export type SupportKind = 'otp' | 'invoice' | 'payment' | 'note';

/** Stands in `body` where the secret belongs: `Договор …, код подтверждения {secret}`. */
export const SECRET_PLACE = '{secret}';

export interface SupportMessageDraft {
  readonly clientId: string;
  readonly kind: SupportKind;
  /** With `{secret}` in the place of the secret, which nobody but the client ever reads. */
  readonly body: string;
  readonly secretPart?: string;
  /** The same key is the same message, whoever asks again: `otp:<contractId>:<n>`. */
  readonly idempotencyKey: string;
  /** Subject of the ticket, when the client has none that is open. «Подписание договора» when not said. */
  readonly subject?: string;
}

/** `failing`: tried and not taken yet; it goes on by itself. */
export interface SupportDelivery {
  readonly messageId: string;
  readonly ticketId: string;
  readonly state: 'queued' | 'failing' | 'delivered';
  /** Unix ms: when the client's application had it. A code lives from here. */
  readonly deliveredAt: number | undefined;
}

export interface DeliveredMessage extends Tenant {
  readonly messageId: string;
  readonly clientId: string;
  readonly kind: SupportKind;
  readonly idempotencyKey: string;
  readonly deliveredAt: number;
}

export interface SupportPort {
  /** In the transaction of the act: the message exists exactly when the act happened. */
  send(tx: Tx, tenant: Tenant, draft: SupportMessageDraft): Promise<SupportDelivery>;
  /** Tries what is due now, so that nobody waits for the next turn. After the commit. Never throws. */
  deliver(): Promise<void>;
  stateOf(db: Db | Tx, tenant: Tenant, idempotencyKey: string): Promise<SupportDelivery | undefined>;
  /** The secret is of no more use (confirmed, replaced, too old): it is forgotten at once. */
  forgetSecret(tx: Tx, tenant: Tenant, idempotencyKey: string): Promise<void>;
  /**
   * Called in the transaction that notes the delivery, once a message. What it answers are heads of rows that it wrote, which
   * are announced after the commit. Register while the app is built.
   */
  onDelivered(
    kind: SupportKind,
    note: (tx: Tx, message: DeliveredMessage) => Promise<Readonly<Record<Scope, number>> | undefined>,
  ): void;
}
