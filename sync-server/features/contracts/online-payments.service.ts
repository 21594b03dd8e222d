/**
 * Invoices that are paid at the provider, through the payments that kiosks are paid by. The money is claimed before the
 * invoice is settled and the claim is repeated until it is: money that came for an unpaid invoice never goes back by itself,
 * and money for one that was paid another way always does.
 */
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
  lockOpenPayment,
} from './contracts.repo.ts';

type SettledPayment = Omit<InvoicePaymentRow, 'state' | 'createdAt'>;

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
  const { db, now, newId, payments, sync, log } = ports;

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
      // The process died before the provider heard of it.
      if ((await findPayment(db, id)) === undefined) continue;
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
    await sync.checkpoint();
    return billOf(await payments.create(as, { id, orderId: invoiceId, amountMinor, currency: 'RUB', description }));
  }

  /** Money for an invoice that is paid another way. What nobody claimed goes back by itself, what was claimed by this. */
  async function giveBack(row: SettledPayment): Promise<void> {
    const { isClaimed, status } = await payments.cancel(payer(row), row.id);
    if (isClaimed && status === 'succeeded') {
      log.warn(
        { paymentId: row.id, invoiceId: row.invoiceId },
        'an invoice was paid twice: the second money goes back',
      );
      await payments.refund(payer(row), row.id, { refundId: newId(), reason: 'twice' });
    }
    await endInvoicePayment(db, row.id, 'over');
  }

  /** `used`: an invoice is paid with it; `done`: another instance has seen to it; `unused`: its invoice is paid already. */
  const payWith = (row: SettledPayment, amountMinor: number): Promise<'used' | 'done' | 'unused'> =>
    atDesk(ports, row, row.clientId, async (desk) => {
      if (!(await lockOpenPayment(desk.tx, row.id))) return 'done';
      const invoice = (await listInvoices(desk.tx, row, row.clientId)).find(({ id }) => id === row.invoiceId);
      if (invoice?.status !== 'pending') return 'unused';
      await billing.settle(desk, row, [invoice], { source: 'psp', amountMinor, tender: 'card' });
      await endInvoicePayment(desk.tx, row.id, 'settled');
      return 'used';
    });

  async function settleOne(row: SettledPayment): Promise<void> {
    const { id, clientId, invoiceId } = row;
    const invoice = (await listInvoices(db, row, clientId)).find((one) => one.id === invoiceId);
    if (invoice?.status === 'pending') {
      const { isClaimed, amountMinor } = await payments.claim(payer(row), id);
      if (!isClaimed) return;
      if ((await payWith(row, amountMinor)) === 'unused') await giveBack(row);
      await queueReceipts();
      return;
    }
    // Paid with this money a moment ago by another instance, or another way.
    const isOpen = await db.transaction((tx) => lockOpenPayment(tx, id));
    if (isOpen) await giveBack(row);
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
