/** `/api/manager`: a client's contract and invoices as answers have them; what it takes is in `contracts/contracts.api.ts`. */
import { z } from 'zod';
import { ContractStatus, InvoiceStatus } from '../contracts/contracts.schema.ts';
import { Id } from '../kernel/schemas.ts';
import { Roubles, Text } from './manager-values.api.ts';

export const ManagerContract = z.strictObject({
  id: Id,
  number: z.string(),
  version: z.int(),
  status: ContractStatus,
  total: Roubles,
  amount_due: Roubles,
  created_at: z.string(),
  /** How the code stands; the code itself is in no answer. */
  otp: z
    .strictObject({
      asked_at: z.string(),
      delivered_at: Text,
      expires_at: Text,
      next_at: z.string(),
      attempts_left: z.int(),
    })
    .nullable(),
  signed_at: Text,
  pep_agreed_at: Text,
  signature_hash: Text,
  signature_hmac: Text,
  signed_ip: Text,
  signed_user_agent: Text,
  payment_confirmed_at: Text,
});
export type ManagerContract = z.infer<typeof ManagerContract>;

export const ManagerInvoice = z.strictObject({
  id: Id,
  contract_id: Id,
  contract_number: z.string(),
  amount: Roubles,
  description: z.string(),
  due_date: z.string(),
  status: InvoiceStatus,
  created_at: z.string(),
  paid_at: Text,
});
export type ManagerInvoice = z.infer<typeof ManagerInvoice>;
