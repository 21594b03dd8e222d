/** M-40…M-44: contracts, signatures and payments under `/api/manager`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ManagerContract, ManagerInvoice } from '#shared/clients/manager-contracts.api.ts';
import { ManagerBill, ManagerConfirm, ManagerPayment, ManagerProviderBill } from '#shared/contracts/contracts.api.ts';
import { Contract, Invoice } from '#shared/contracts/contracts.schema.ts';
import { minorToRoubles } from '#shared/kernel/money.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { ManagerGuard } from '../../auth/manager.guard.ts';
import type { ManagerPrincipal } from '../../auth/principals.ts';
import { scope } from '../../plugins/routes.ts';
import { toContract, toInvoice } from '../manager/manager.view.ts';
import type { Asked } from './contracts.ports.ts';
import type { ContractsService } from './contracts.service.ts';

const TAG = 'Manager: contracts';
const CLIENT = '/api/manager/clients/:id';
const OfClient = z.strictObject({ id: Id });

const asked = (by: ManagerPrincipal, request: FastifyRequest): Asked => ({
  by,
  ip: request.ip,
  userAgent: request.headers['user-agent'] ?? '',
});

const Bytes = z.custom<Buffer>();
/** Devices of ours also take the row itself, and need not wait for it to be synced. */
const ContractReply = ManagerContract.extend({ row: Contract });
const contractReply = (row: Contract): z.input<typeof ContractReply> => ({ ...toContract(row), row });
const InvoiceReply = ManagerInvoice.extend({ row: Invoice });
const invoiceReply = (row: Invoice): z.input<typeof InvoiceReply> => ({ ...toInvoice(row), row });

export const contractsRoutes = (guard: ManagerGuard, contracts: ContractsService) => async (app: FastifyInstance) => {
  await scope(app, guard, (add) => {
    const act = { tag: TAG, rate: 'write', params: OfClient } as const;
    add(
      'POST',
      `${CLIENT}/contract/generate`,
      { ...act, summary: "Makes the contract of the client's data and has its code sent", reply: ContractReply },
      async ({ principal, params, request }) =>
        contractReply(await contracts.generate(asked(principal, request), params.id)),
    );
    add(
      'POST',
      `${CLIENT}/contract/request-otp`,
      { ...act, summary: 'Sends another code, 60 s after the last', reply: ContractReply },
      async ({ principal, params, request }) =>
        contractReply(await contracts.requestOtp(asked(principal, request), params.id)),
    );
    add(
      'POST',
      `${CLIENT}/contract/confirm`,
      { ...act, summary: 'Signs with the code of the client', body: ManagerConfirm.nullish(), reply: ContractReply },
      async ({ principal, params, body, request }) =>
        contractReply(await contracts.confirm(asked(principal, request), params.id, body?.otp_code)),
    );
    add(
      'GET',
      `${CLIENT}/contracts/:contract_id/pdf`,
      {
        tag: TAG,
        rate: 'read',
        params: z.strictObject({ id: Id, contract_id: Id }),
        summary: 'The PDF of a contract, as it was made',
        reply: Bytes,
      },
      async ({ principal, params, request, reply }) => {
        const { contract, bytes } = await contracts.document(asked(principal, request), params.id, params.contract_id);
        const name = encodeURIComponent(`${contract.number}.pdf`);
        void reply
          .type('application/pdf')
          .header('cache-control', 'no-store')
          .header('content-disposition', `attachment; filename*=UTF-8''${name}`);
        return Buffer.from(bytes);
      },
    );
    add(
      'POST',
      `${CLIENT}/payment/confirm`,
      { ...act, summary: 'The manager has the money', body: ManagerPayment, reply: InvoiceReply.nullable() },
      async ({ principal, params, body, request }) => {
        const { amount: amountMinor, force, reason, tender } = body;
        const word = { amountMinor, tender, reason: force ? reason : undefined };
        const paid = await contracts.confirmPayment(asked(principal, request), params.id, word);
        return paid === null ? null : invoiceReply(paid);
      },
    );
    add(
      'POST',
      `${CLIENT}/invoices/:invoice_id/pay-online`,
      {
        tag: TAG,
        rate: 'write',
        params: z.strictObject({ id: Id, invoice_id: Id }),
        summary: 'Where the client pays an invoice at the provider',
        reply: ManagerProviderBill,
      },
      async ({ principal, params, request }) => {
        const bill = await contracts.payOnline(asked(principal, request), params.id, params.invoice_id);
        return {
          confirmation_url: bill.confirmationUrl ?? null,
          amount: minorToRoubles(bill.amountMinor),
          expires_at: new Date(bill.expiresAt).toISOString(),
          status: bill.status,
        };
      },
    );
    add(
      'POST',
      `${CLIENT}/billing/notify`,
      { ...act, summary: 'Bills for something more, and tells the client', body: ManagerBill, reply: InvoiceReply },
      async ({ principal, params, body, request }) =>
        invoiceReply(
          await contracts.notifyBilling(asked(principal, request), params.id, {
            amountMinor: body.amount,
            description: body.description,
            contractNumber: body.contract_number,
            dueDate: body.due_date,
          }),
        ),
    );
  });
};
