/**
 * Fiscal receipts of paid invoices. A receipt is promised in the transaction of its payment and put into the queue of a
 * register after it, under an id of its own: put there again it is the same task.
 */

import type { Invoice } from '#shared/contracts/contracts.schema.ts';
import { toWire, type WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { ONE } from '#shared/kernel/money.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Tx } from '../../db/db.ts';
import type { ContractPorts } from './contracts.ports.ts';
import {
  findRegisterShop,
  findShopRegister,
  type InvoiceReceiptRow,
  insertReceipt,
  listWaitingReceipts,
  moveReceipt,
  noteQueued,
} from './contracts.repo.ts';

export type InvoiceReceipts = ReturnType<typeof createInvoiceReceipts>;

export function createInvoiceReceipts(ports: Pick<ContractPorts, 'db' | 'now' | 'newId' | 'fiscal' | 'vat' | 'log'>) {
  const { db, now, newId, fiscal, vat, log } = ports;

  /** @returns the task's id; `undefined` where no money came or the shop has no register. */
  async function promise(
    tx: Tx,
    tenant: Tenant,
    {
      invoice,
      amountMinor,
      tender,
      managerId,
      contact,
    }: {
      readonly invoice: Invoice;
      readonly amountMinor: number;
      readonly tender: 'cash' | 'card';
      readonly managerId: string;
      readonly contact: string | undefined;
    },
  ): Promise<string | undefined> {
    if (amountMinor === 0) return undefined;
    const register = await findShopRegister(tx, tenant, invoice.shopId);
    if (register === undefined) {
      log.warn({ invoiceId: invoice.id, shopId: invoice.shopId }, 'an invoice is paid in a shop without a register');
      return undefined;
    }
    const id = newId();
    const { operatorName: name, operatorVatin: vatin } = register;
    const task = toWire({
      id,
      type: 'sale',
      fiscalDeviceId: register.id,
      operator: { name, ...(vatin === null ? {} : { vatin }) },
      receipt: {
        kind: 'sell',
        taxationSystem: register.taxationSystem,
        items: [
          {
            name: invoice.description,
            priceMinor: amountMinor,
            quantityMilli: ONE,
            totalMinor: amountMinor,
            vat,
            paymentObject: 'service',
            paymentMethod: 'full_payment',
            unit: 'piece',
          },
        ],
        payments: [{ type: tender, sumMinor: amountMinor }],
        totalMinor: amountMinor,
        ...(contact === undefined ? {} : { customerContact: contact }),
      },
    });
    await insertReceipt(tx, { id, organizationId: tenant.organizationId, task, managerId, queuedAt: null });
    return id;
  }

  /** Nobody has put it into a queue yet, so that no register knows of it: it may go to another one of the shop. */
  const moved = (tenant: Tenant, id: string, task: WireFiscalTask): Promise<WireFiscalTask | undefined> =>
    db.transaction(async (tx) => {
      const shopId = await findRegisterShop(tx, tenant, task.fiscalDeviceId);
      const register = shopId === undefined ? undefined : await findShopRegister(tx, tenant, shopId);
      if (register === undefined) return undefined;
      const { operatorName: name, operatorVatin: vatin, taxationSystem } = register;
      const there: WireFiscalTask = {
        ...task,
        fiscalDeviceId: register.id,
        operator: { name, ...(vatin === null ? {} : { vatin }) },
        ...(task.receipt === undefined ? {} : { receipt: { ...task.receipt, taxationSystem } }),
      };
      await moveReceipt(tx, id, there);
      return there;
    });

  async function put({ id, organizationId, managerId, task }: InvoiceReceiptRow): Promise<void> {
    const by = { kind: 'user', organizationId, userId: managerId, roles: [], sessionId: '' } as const;
    try {
      await fiscal.create(by, task);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'fiscal.device_archived')) throw error;
      const there = await moved({ organizationId }, id, task);
      if (there === undefined) throw error;
      await fiscal.create(by, there);
    }
    await noteQueued(db, [id], now());
  }

  /** Puts what was promised into the queues. Never throws: what cannot be put there now is put there by the next turn. */
  async function queue(): Promise<void> {
    for (const row of await listWaitingReceipts(db)) {
      await put(row).catch((err: unknown) =>
        log.error({ err, taskId: row.id }, 'the receipt of an invoice could not be put into its queue'),
      );
    }
  }

  return { promise, queue };
}
