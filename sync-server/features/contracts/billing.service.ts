/** Invoices of contracts: issued with a signature or by a manager, paid by a manager's word or at the provider. */
import { isSigned, mayInvoiceBecome } from '#shared/contracts/contracts.rules.ts';
import type { Contract, Invoice } from '#shared/contracts/contracts.schema.ts';
import { dayAfter, dayInWords, isDayToCome } from '#shared/contracts/number.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { allocate, minorToDecimal, sumMinor } from '#shared/kernel/money.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type ManagerPrincipal, type Tenant } from '../../auth/principals.ts';
import { getOrganization } from '../../auth/users.repo.ts';
import { assertOwn, atDesk, type ClientDesk } from './contract.writer.ts';
import type { Asked, ContractPorts } from './contracts.ports.ts';
import { listContracts, listInvoices } from './contracts.repo.ts';
import type { InvoiceReceipts } from './receipts.service.ts';

export interface PaymentWord {
  /** Absent: exactly what is due. */
  readonly amountMinor?: number | undefined;
  /** Another sum than is due is taken for the whole, and why. */
  readonly reason?: string | undefined;
  readonly tender: 'cash' | 'card';
}

export interface Bill {
  readonly amountMinor: number;
  readonly description: string;
  readonly contractNumber: string;
  readonly dueDate: string;
}

/** Money that came for an invoice. */
export interface Settlement {
  readonly source: 'manual' | 'psp';
  readonly amountMinor: number;
  readonly tender: 'cash' | 'card';
  readonly reason?: string | undefined;
  /** Who took it; absent: the provider. */
  readonly by?: ManagerPrincipal | undefined;
}

export type Billing = ReturnType<typeof createBilling>;

export function createBilling(ports: ContractPorts, receipts: InvoiceReceipts) {
  const { now, newId, support, payWithinDays } = ports;

  async function issue(
    desk: ClientDesk,
    by: ManagerPrincipal,
    fields: Omit<Invoice, 'id' | 'shopId' | 'clientId' | 'status' | 'createdAt'>,
  ): Promise<Invoice> {
    const { tx, client } = desk;
    const id = newId();
    const row = await desk.invoice({
      ...fields,
      id,
      shopId: client.shopId,
      clientId: client.id,
      status: 'pending',
      createdAt: now(),
    });
    const { contractNumber: number, amountMinor, dueDate } = row;
    await support.send(tx, by, {
      clientId: client.id,
      kind: 'invoice',
      body: `Выставлен счёт по договору ${number}: ${minorToDecimal(amountMinor)} ₽. Оплатите до ${dayInWords(dueDate)}`,
      idempotencyKey: `invoice:${id}`,
    });
    await appendAudit(tx, by, {
      at: now(),
      event: 'INVOICE_ISSUED',
      actor: actorOf(by),
      entity: { type: 'invoice', id },
      details: { clientId: client.id, number, amountMinor, dueDate, kind: row.kind },
    });
    return row;
  }

  /** In the transaction of the signature: the invoice of what is due, and where the client stands then. */
  async function billSigned(desk: ClientDesk, by: ManagerPrincipal, { id, number, dueMinor }: Contract): Promise<void> {
    const { timeZone } = await getOrganization(desk.tx, by);
    if (dueMinor > 0) {
      await issue(desk, by, {
        contractId: id,
        contractNumber: number,
        kind: 'contract',
        amountMinor: dueMinor,
        description: `Обслуживание техники по договору ${number}`,
        dueDate: dayAfter(timeZone, now(), payWithinDays),
      });
    }
    // What an earlier contract left unpaid is owed still.
    const owed = (await listInvoices(desk.tx, by, desk.client.id)).some(isOwed);
    await desk.advance('awaiting_contract');
    await desk.advance(owed ? 'awaiting_payment' : 'processed');
  }

  /** In the transaction that knows of the money. Every unpaid invoice that is given is paid with it. */
  async function settle(
    desk: ClientDesk,
    tenant: Tenant,
    invoices: readonly Invoice[],
    { source, amountMinor, tender, reason, by }: Settlement,
  ): Promise<readonly Invoice[]> {
    const { tx, client } = desk;
    const parts = allocate(
      amountMinor,
      invoices.map((one) => one.amountMinor),
    );
    const paid: Invoice[] = [];
    for (const [index, one] of invoices.entries()) {
      const part = parts[index] ?? 0;
      if (!mayInvoiceBecome(one.status, 'paid')) throw new Error(`invoice ${one.id} is ${one.status}`);
      const fiscalTaskId = await receipts.promise(tx, tenant, {
        invoice: one,
        amountMinor: part,
        tender,
        managerId: by?.managerId ?? 'payments',
        contact: client.email ?? client.phone,
      });
      const payment: NonNullable<Invoice['payment']> = {
        at: now(),
        source,
        amountMinor: part,
        ...(reason === undefined ? {} : { reason }),
        ...(by === undefined ? {} : { memberId: by.managerId }),
        ...(fiscalTaskId === undefined ? {} : { fiscalTaskId }),
      };
      paid.push(await desk.invoice({ ...one, status: 'paid', payment }));
      await appendAudit(tx, tenant, {
        at: now(),
        event: 'PAYMENT_MARKED',
        actor: by === undefined ? { kind: 'system', id: 'payments' } : actorOf(by),
        entity: { type: 'invoice', id: one.id },
        details: {
          clientId: client.id,
          number: one.contractNumber,
          source,
          dueMinor: one.amountMinor,
          amountMinor: part,
          ...(reason === undefined ? {} : { reason }),
        },
      });
    }
    const isOver = (id: string) => paid.some(({ contractId, kind }) => contractId === id && kind === 'contract');
    for (const one of await listContracts(tx, tenant, client.id)) {
      if (isOver(one.id))
        await desk.contract({ ...one, status: one.status === 'signed' ? 'paid' : one.status, paidAt: now() });
    }
    const owed = (await listInvoices(tx, tenant, client.id)).some(isOwed);
    if (!owed && client.status === 'awaiting_payment') await desk.advance('processed');
    return paid;
  }

  /**
   * The manager has the money of everything that is unpaid. Said again it changes nothing.
   *
   * @returns the newest invoice; null where nothing was ever billed.
   * @throws AppError `contracts.not_signed`; `contracts.amount_mismatch` with `due`
   */
  async function confirmPayment({ by }: Asked, clientId: string, word: PaymentWord): Promise<Invoice | null> {
    const invoice = await atDesk(ports, by, clientId, async (desk) => {
      assertOwn(by, desk.client);
      if (!(await listContracts(desk.tx, by, clientId)).some(wasSigned)) {
        throw new AppError('contracts.not_signed', 'nothing is signed that could be paid');
      }
      const invoices = await listInvoices(desk.tx, by, clientId);
      const pending = invoices.filter(({ status }) => status === 'pending');
      if (pending.length === 0) return invoices[0] ?? null;
      const dueMinor = sumMinor(pending.map(({ amountMinor }) => amountMinor));
      const { amountMinor = dueMinor, reason, tender } = word;
      if (amountMinor !== dueMinor && reason === undefined) {
        throw new AppError('contracts.amount_mismatch', `${minorToDecimal(dueMinor)} is due`, {
          details: { due: minorToDecimal(dueMinor), dueMinor },
        });
      }
      const said = amountMinor === dueMinor ? {} : { reason };
      const paid = await settle(desk, by, pending, { source: 'manual', amountMinor, tender, by, ...said });
      return paid[0] ?? null;
    });
    await receipts.queue();
    return invoice;
  }

  /**
   * Bills for something more. The same bill again is the same invoice, and no other message.
   *
   * @throws AppError `app.bad_input` the day is over; `contracts.not_found` no such contract of this client;
   * `contracts.not_signed`; `contracts.invoice_pending` another invoice of it waits
   */
  async function notify({ by }: Asked, clientId: string, bill: Bill): Promise<Invoice> {
    const { timeZone } = await getOrganization(ports.db, by);
    const invoice = await atDesk(ports, by, clientId, async (desk) => {
      assertOwn(by, desk.client);
      if (!isDayToCome(bill.dueDate, timeZone, now())) {
        const message = 'must be a day that is not over';
        throw new AppError('app.bad_input', message, { details: { issues: [{ path: 'due_date', message }] } });
      }
      const contract = (await listContracts(desk.tx, by, clientId)).find(
        ({ number }) => number === bill.contractNumber,
      );
      if (contract === undefined) throw new AppError('contracts.not_found', 'this client has no such contract');
      if (!wasSigned(contract)) throw new AppError('contracts.not_signed', 'an unsigned contract is not billed');
      const waiting = (await listInvoices(desk.tx, by, clientId)).find(
        ({ status, contractId }) => status === 'pending' && contractId === contract.id,
      );
      const { amountMinor, description, dueDate } = bill;
      if (waiting !== undefined) {
        const isSame =
          waiting.amountMinor === amountMinor && waiting.description === description && waiting.dueDate === dueDate;
        if (isSame) return waiting;
        throw new AppError('contracts.invoice_pending', `an invoice of ${contract.number} waits for its payment`, {
          details: { invoice_id: waiting.id },
        });
      }
      return issue(desk, by, {
        contractId: contract.id,
        contractNumber: contract.number,
        kind: 'extra',
        amountMinor,
        description,
        dueDate,
      });
    });
    await support.deliver();
    return invoice;
  }

  return { billSigned, settle, confirmPayment, notify };
}

const isOwed = ({ status, kind }: Invoice): boolean => status === 'pending' && kind === 'contract';
const wasSigned = (contract: Contract): boolean => isSigned(contract) || contract.status === 'superseded';
