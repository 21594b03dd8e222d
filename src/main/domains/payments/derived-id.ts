/**
 * Ids that follow from other ids: the receipt of a sale, its payments, its refund. So the same request made twice asks
 * for the same rows and the same fiscal document, whatever was lost in between.
 */
import { createHash } from 'node:crypto';

/** A UUIDv8 (RFC 9562: contents of our own) of a parent's id and what it is to it. */
export function deriveId(parentId: string, role: string): string {
  const hex = createHash('sha256').update(`${parentId.toLowerCase()}:${role}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The task whose document is the receipt of an order. */
export const saleTaskOf = (orderId: string): string => deriveId(orderId, 'sale');

/** The task whose document returns the money of a kiosk's intent. */
export const refundTaskOf = (intentId: string): string => deriveId(intentId, 'refund-receipt');
