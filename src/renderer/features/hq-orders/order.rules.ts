/** An order at headquarters, read for a person. Pure. */
import type { HqOrder } from '#shared/hq/hq.api.ts';

/** Less than this is the road, not a device without a link. */
const NOTABLE_MS = 60_000;

/** How long an order was on its way to the server; undefined when nobody would notice. */
export function delayOf({ order, receivedAt }: Pick<HqOrder, 'receivedAt'> & { order: { createdAt: number } }) {
  const delay = receivedAt - order.createdAt;
  return delay >= NOTABLE_MS ? delay : undefined;
}

const URGENCY = ['unknown', 'error', 'queued', 'in_progress', 'done'] as const;

/** The receipt that says most about the order: trouble first. */
export const tellingReceipt = (receipts: HqOrder['receipts']): HqOrder['receipts'][number] | undefined =>
  receipts.toSorted((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status))[0];

/** How much of a line came back, thousandths. */
export const returnedOf = ({ returned }: Pick<HqOrder['order'], 'returned'>, index: number): number =>
  returned?.lines.find(({ line }) => line === index)?.quantityMilli ?? 0;
