/**
 * Invoices that are paid at the provider, through the payments that kiosks are paid by. The money is claimed before the
 * invoice is settled and the claim is repeated until it is: money that came for an unpaid invoice never goes back by itself,
 * and money for one that was paid another way always does.
 */
import type { Invoice } from '#shared/contracts/contracts.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { PspIntent } from '#shared/payments/psp.schema.ts';
import type { ProviderBill } from '#shared/rpc/contracts.contract.ts';
import type { DevicePrincipal } from '../../auth/principals.ts';
import { findPayment } from '../payments/payments.repo.ts';
import type { Billing } from './billing.service.ts';
import { assertOwn, atDesk } from './contract.writer.ts';
import type { Asked, ContractPorts } from './contracts.ports.ts';
import {
  endInvoicePayment,
  findClient,
  type InvoicePaymentRow,
  insertInvoicePayment,
  listInvoices,
  listOpenPayments,
} from './contracts.repo.ts';

export type OnlinePayments = ReturnType<typeof createOnlinePayments>;

/** Payments of invoices are nobody's at a till: they bear the name of the shop's contracts in the place of a device. */
const payer = ({ organizationId, shopId }: Pick<InvoicePaymentRow, 'organizationId' | 'shopId'>): DevicePrincipal => ({
  kind: 'device',
  organizationId,
  shopId,
  deviceId: `contracts:${shopId}`,
  tokenId: '',
  mode: 'manager',
  incarnation: 0,
  fiscalDeviceId: undefined,
});

const OVER: ReadonlySet<PspIntent['status']> = new Set(['failed', 'refunding', 'refunded']);

export function createOnlinePayments(ports: ContractPorts, billing: Billing, queueReceipts: () => Promise<void>) {
  const { db, now, newId, payments, log } = ports;

  const billOf = (intent: PspIntent): ProviderBill => ({
    amountMinor: intent.amountMinor,
    expiresAt: intent.expiresAt,
    status:
      intent.status === 'succeeded'
        ? 'paid'
        : intent.status === 'created' || intent.status === 'pending'
          ? 'waiting'
          : 'over',
    ...(intent.confirmationUrl === undefined ? {} : { confirmationUrl: intent.confirmationUrl }),
  });

  /**
   * Where the client pays: the payment that is open still, or another.
   *
   * @throws AppError `contracts.invoice_not_found`; what the provider refuses with
   */
  async function open({ by }: Asked, clientId: string, invoiceId: string): Promise<ProviderBill> {
    const client = await findClient(db, by, clientId);
    assertOwn(by, client);
    const invoice = (await listInvoices(db, by, clientId)).find(({ id }) => id === invoiceId);
    if (invoice?.status !== 'pending') throw new AppError('contracts.invoice_not_found', 'no such unpaid invoice');
    const { organizationId } = by;
    const as = payer({ organizationId, shopId: invoice.shopId });
    for (const { id } of await listOpenPayments(db, invoiceId)) {
      const known = await payments.get(as, id);
      if (known.status === 'succeeded')
        await settleOne({ id, organizationId, clientId, invoiceId, shopId: invoice.shopId });
      if (['created', 'pending', 'succeeded'].includes(known.status)) return billOf(known);
    }
    const id = newId();
    const { shopId, amountMinor, description } = invoice;
    // Before the provider hears of it: money that comes for it is looked for whatever dies now.
    await db.transaction((tx) =>
      insertInvoicePayment(tx, { id, organizationId, shopId, clientId, invoiceId, state: 'open', createdAt: now() }),
    );
    return billOf(await payments.create(as, { id, orderId: invoiceId, amountMinor, currency: 'RUB', description }));
  }

  async function settleOne(row: Omit<InvoicePaymentRow, 'state' | 'createdAt'>): Promise<void> {
    const { id, clientId, invoiceId } = row;
    const find = (invoices: readonly Invoice[]) => invoices.find((one) => one.id === invoiceId);
    if (find(await listInvoices(db, row, clientId))?.status !== 'pending') {
      await payments.cancel(payer(row), id);
      await endInvoicePayment(db, id, 'over');
      return;
    }
    const claimed = await payments.claim(payer(row), id);
    if (!claimed.isClaimed) return;
    await atDesk(ports, row, clientId, async (desk) => {
      const invoice = find(await listInvoices(desk.tx, row, clientId));
      if (invoice?.status === 'pending') {
        await billing.settle(desk, row, [invoice], { source: 'psp', amountMinor: claimed.amountMinor, tender: 'card' });
      } else
        log.error({ paymentId: id, invoiceId }, 'money was claimed for an invoice that is paid already: give it back');
      await endInvoicePayment(desk.tx, id, 'settled');
    });
    await queueReceipts();
  }

  /** One look at every payment that is open. Never throws. */
  async function look(): Promise<void> {
    for (const row of await listOpenPayments(db)) {
      try {
        const payment = await findPayment(db, row.id);
        const isLost =
          payment === undefined || OVER.has(payment.status) || (payment.isFinal && payment.status !== 'succeeded');
        if (payment?.status === 'succeeded') await settleOne(row);
        else if (isLost && now() - row.createdAt > 60_000) await endInvoicePayment(db, row.id, 'over');
      } catch (err) {
        log.error({ err, paymentId: row.id }, 'a payment of an invoice could not be settled');
      }
    }
  }

  return { open, look };
}
