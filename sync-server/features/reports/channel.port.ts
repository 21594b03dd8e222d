/** A way to a guest: takes one message, and says what became of it. */
import type { DeliveryFault } from '#shared/reports/delivery.schema.ts';
import type { Probe } from '../connections/probe.ts';

export interface EmailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly attachment?: { readonly name: string; readonly bytes: Uint8Array };
  /** The same for every attempt of one delivery. */
  readonly key: string;
}
export interface SmsMessage {
  readonly to: string;
  readonly text: string;
  readonly key: string;
}

/**
 * `accepted`: the provider has it. `refused`: it certainly has not; `isFinal` when another attempt would end alike. `unknown`:
 * it may have it, so it is never sent again by itself.
 */
export type SendResult =
  | { readonly kind: 'accepted'; readonly providerId?: string }
  | { readonly kind: 'refused'; readonly isFinal: boolean; readonly fault: DeliveryFault; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Resolves always: a channel knows best what its own failures mean. */
export interface Channel<Message> {
  send(message: Message): Promise<SendResult>;
  /** Whether it would take one: nothing is sent. */
  check(): Promise<Probe>;
}

export const refused = (reason: string, fault: DeliveryFault = 'provider_refused', isFinal = false): SendResult => ({
  kind: 'refused',
  isFinal,
  fault,
  reason,
});
