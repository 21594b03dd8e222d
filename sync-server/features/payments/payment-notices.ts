/** Notifications of the provider: a reason to read a payment, and no more than that. */
import { raiseAlert } from '../alerts/alerts.repo.ts';
import { ProviderFault, type ProviderPayment } from './payment-provider.port.ts';
import type { PaymentRecord, PaymentsPorts } from './payment-record.ts';
import {
  appendEvent,
  findByProviderId,
  findPayment,
  linkPayment,
  lockPayment,
  type PaymentRow,
} from './payments.repo.ts';

/** @param settle reads a payment of ours again, whatever state it is in. */
export function createPaymentNotices(
  { db, now, newId }: Pick<PaymentsPorts, 'db' | 'now' | 'newId'>,
  { requireProvider, learn, tellHq }: PaymentRecord,
  settle: (row: PaymentRow) => Promise<PaymentRow>,
) {
  /** @returns whether it was of a payment of ours. */
  async function notified(providerId: string, event: string): Promise<boolean> {
    const known = await findByProviderId(db, providerId);
    if (known !== undefined) {
      await remember(known.id, event);
      await settle(known);
      return true;
    }
    // The answer to our creation may have been lost: then the payment names the intent that it is of.
    const seen = await readUnknown(providerId);
    const row = seen?.intentId === undefined ? undefined : await findPayment(db, seen.intentId);
    if (seen === undefined || row === undefined || row.providerId !== null) return false;
    await db.transaction((tx) => linkPayment(tx, row.id, providerId));
    await remember(row.id, event);
    await learn(row.id, seen, 'webhook');
    return true;
  }

  async function readUnknown(providerId: string): Promise<ProviderPayment | undefined> {
    try {
      return await requireProvider().read(providerId);
    } catch (error) {
      if (error instanceof ProviderFault && error.kind === 'refused') return undefined;
      throw error;
    }
  }

  const remember = (paymentId: string, event: string): Promise<void> =>
    db.transaction((tx) =>
      appendEvent(tx, { id: newId(), paymentId, at: now(), source: 'webhook', event, details: {} }),
    );

  /** Somebody who is not the provider speaks of a payment of ours: a person at headquarters is told. */
  async function forged(providerId: string | undefined, ip: string): Promise<void> {
    const row = providerId === undefined ? undefined : await findByProviderId(db, providerId);
    if (row === undefined) return;
    await db.transaction(async (tx) => {
      await lockPayment(tx, row.id);
      const subject = { type: 'payment', id: row.id };
      await raiseAlert(tx, row, newId(), { kind: 'payment.forged', subject, details: { ip }, at: now() });
    });
    tellHq(row);
  }

  return { notified, forged };
}
