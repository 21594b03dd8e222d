/**
 * Sending a report: the device asks, the server sends, for it alone holds the secrets of the providers. The address goes
 * with the request and into no replicated row; a device forgets it when the server has it.
 */
import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { Email, Id, Millis, Phone } from '../kernel/schemas.ts';
import { Language } from '../visits/visits.schema.ts';
import { CopyCode, ReportId, ReportKind } from './reports.schema.ts';

export const DELIVERY_CHANNELS = ['email', 'sms'] as const;
export const DeliveryChannel = z.enum(DELIVERY_CHANNELS);
export type DeliveryChannel = z.infer<typeof DeliveryChannel>;

/**
 * `queued`: it waits for the server, for its bytes or for the next attempt. `sending`: handed to the provider, no answer
 * yet. `sent`: the provider took it. `failed`: refused for good, or four times. `unknown`: the provider may or may not have
 * it, so it is not sent again unless a person asks.
 */
export const DELIVERY_STATES = ['queued', 'sending', 'sent', 'failed', 'unknown'] as const;
export const DeliveryState = z.enum(DELIVERY_STATES);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** Why an attempt failed; a screen has a sentence for each. */
export const DELIVERY_FAULTS = [
  'address_refused',
  'provider_refused',
  'provider_unavailable',
  'not_configured',
  'no_answer',
  'file_missing',
] as const;
export const DeliveryFault = z.enum(DELIVERY_FAULTS);
export type DeliveryFault = z.infer<typeof DeliveryFault>;

/** Times that one report is sent, corrected addresses and second attempts among them. */
export const MOST_OF_ONE = 8;

export const DeliveryAddress = z.discriminatedUnion('channel', [
  z.strictObject({ channel: z.literal('email'), address: Email }),
  z.strictObject({ channel: z.literal('sms'), address: Phone }),
]);
export type DeliveryAddress = z.infer<typeof DeliveryAddress>;

/** `PUT /reports/deliveries/:id` of the server; the same id again changes nothing. */
export const DeliveryRequest = z.strictObject({
  reportId: ReportId,
  kind: ReportKind,
  fileId: BlobId,
  copyCode: CopyCode,
  /** Of the report: its copy is open from then on. */
  createdAt: Millis,
  language: Language,
  to: DeliveryAddress,
});
export type DeliveryRequest = z.infer<typeof DeliveryRequest>;

export const DeliveryReply = z.strictObject({
  id: Id,
  state: DeliveryState,
  attempts: z.int().min(0),
  nextAt: Millis.optional(),
  fault: DeliveryFault.optional(),
});
export type DeliveryReply = z.infer<typeof DeliveryReply>;
export const DeliveryReplies = z.strictObject({ deliveries: z.array(DeliveryReply).max(100) });
