/** What a register prints for an order, and how its money is split over the tenders. */
import type { FiscalTask, Receipt, TaxationSystem, Tender } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { minorToDecimal, sumMinor } from '#shared/kernel/money.ts';
import type { Order, OrderLine } from '#shared/orders/orders.schema.ts';
import type { Payment, PaymentMethodKind } from '#shared/payments/payments.schema.ts';

export interface Settlement {
  /** What stays with the shop, one entry to a tender, together exactly the total: what the receipt says. */
  readonly net: readonly Tender[];
  /** Cash to give back. */
  readonly changeMinor: number;
}

/**
 * Card and cash must cover the total, and only cash may exceed it: change is given in cash. Throws
 * `payments.amount_mismatch` with `totalMinor` and `givenMinor`.
 */
export function settleTenders(totalMinor: number, tenders: readonly Tender[]): Settlement {
  const given = (type: Tender['type']) =>
    sumMinor(tenders.filter((tender) => tender.type === type).map(({ sumMinor: sum }) => sum));
  const card = given('card');
  const cash = given('cash');
  const refuse = (why: string): never => {
    throw new AppError('payments.amount_mismatch', why, { details: { totalMinor, givenMinor: card + cash } });
  };
  if (card > totalMinor) refuse(`the card pays ${minorToDecimal(card)} of ${minorToDecimal(totalMinor)}`);
  if (card + cash < totalMinor) refuse(`${minorToDecimal(card + cash)} does not cover ${minorToDecimal(totalMinor)}`);
  const sums = [
    { type: 'card', sumMinor: card },
    { type: 'cash', sumMinor: totalMinor - card },
  ] as const;
  return { net: sums.filter(({ sumMinor: sum }) => sum > 0), changeMinor: card + cash - totalMinor };
}

/** A receipt knows cash and cashless money; whatever came over a network is the latter. */
export const tenderOf = (method: PaymentMethodKind): Tender['type'] => (method === 'cash' ? 'cash' : 'card');

/** The payments of an order as a receipt lists them: one entry to a tender. A code of amends is no money. */
export const tendersOf = (payments: readonly Payment[]): readonly Tender[] =>
  (['card', 'cash'] as const)
    .map((type) => ({
      type,
      sumMinor: sumMinor(
        payments
          .filter(({ method }) => method !== 'free_code' && tenderOf(method) === type)
          .map(({ amountMinor }) => amountMinor),
      ),
    }))
    .filter(({ sumMinor: sum }) => sum > 0);

/** A receipt of an order: all of it, or what came back. `items` add up to the tenders. */
export function receiptOf(
  order: Pick<Order, 'customer'>,
  facts: {
    readonly kind: Receipt['kind'];
    readonly items: readonly OrderLine[];
    readonly tenders: readonly Tender[];
    readonly taxationSystem: TaxationSystem;
  },
): Receipt {
  const contact = order.customer?.email ?? order.customer?.phone;
  return {
    kind: facts.kind,
    taxationSystem: facts.taxationSystem,
    items: facts.items.map(({ name, priceMinor, quantityMilli, totalMinor, vat, paymentObject, unit }) => ({
      name,
      priceMinor,
      quantityMilli,
      totalMinor,
      vat,
      paymentObject,
      paymentMethod: 'full_payment',
      unit,
    })),
    payments: [...facts.tenders],
    totalMinor: sumMinor(facts.items.map(({ totalMinor }) => totalMinor)),
    ...(contact === undefined ? {} : { customerContact: contact }),
  };
}

/** The task that fiscalises a receipt at this device's register. Throws `fiscal.register_not_configured`. */
export const taskOf = (
  fiscal: { fiscalDeviceId(): string },
  task: Pick<FiscalTask, 'id' | 'type' | 'orderId' | 'operator'>,
  receipt: Receipt,
): FiscalTask => ({ ...task, fiscalDeviceId: fiscal.fiscalDeviceId(), receipt });
