/** Contracts in the words of `/api/manager`: snake_case, roubles with two decimals, times as ISO text. */
import { z } from 'zod';
import { isRoubles, minorToDecimal, roublesToMinor } from '../kernel/money.ts';
import { Id } from '../kernel/schemas.ts';
import { type Contract, Day, type Invoice } from './contracts.schema.ts';

/** `1500`, `1500.5` or `"1500.50"`. */
const Roubles = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,12}(\.\d{1,2})?$/)
      .transform(Number),
  ])
  .refine((value) => isRoubles(value) && value >= 0, 'must be roubles with at most two decimals')
  .transform(roublesToMinor);

export const ManagerContract = z.strictObject({
  id: Id,
  number: z.string(),
  version: z.int(),
  status: z.string(),
  created_at: z.string(),
  total: z.string(),
  amount_due: z.string(),
  devices: z.array(
    z.strictObject({ id: Id, device_type: z.string(), title: z.string(), fee: z.string(), is_billed: z.boolean() }),
  ),
  tariff: z.strictObject({ id: Id, name: z.string(), base_fee: z.string(), extra_per_device: z.string() }),
  pdf_sha256: z.string(),
  supersedes_id: Id.nullable(),
  /** How the code stands; never the code. */
  otp: z
    .strictObject({
      delivered_at: z.string().nullable(),
      expires_at: z.string().nullable(),
      resend_at: z.string(),
      attempts_left: z.int(),
    })
    .nullable(),
  signed_at: z.string().nullable(),
  pep_agreed_at: z.string().nullable(),
  signature_hash: z.string().nullable(),
  signature_hmac: z.string().nullable(),
  signed_ip: z.string().nullable(),
  signed_user_agent: z.string().nullable(),
  payment_confirmed_at: z.string().nullable(),
});
export type ManagerContract = z.infer<typeof ManagerContract>;

export const ManagerInvoice = z.strictObject({
  id: Id,
  contract_number: z.string(),
  amount: z.string(),
  description: z.string(),
  due_date: z.string(),
  status: z.enum(['pending', 'paid', 'canceled']),
  created_at: z.string(),
  paid_at: z.string().nullable(),
  source: z.enum(['manual', 'psp']).nullable(),
  paid_amount: z.string().nullable(),
});
export type ManagerInvoice = z.infer<typeof ManagerInvoice>;

/** Anything at all: what is no code is answered as a wrong one. */
export const ManagerConfirm = z.looseObject({ otp_code: z.unknown().optional() });

export const ManagerPayment = z.strictObject({
  amount: Roubles.optional(),
  /** Another sum than is due is taken for the whole. */
  force: z.boolean().default(false),
  reason: z.string().trim().min(3).max(256).optional(),
  /** What the receipt says. */
  tender: z.enum(['cash', 'card']).default('card'),
});

export const ManagerBill = z.strictObject({
  amount: Roubles.refine((minor) => minor > 0, 'must be more than zero'),
  description: z.string().trim().min(1).max(128),
  contract_number: z.string().max(32),
  due_date: Day,
});

export const ManagerProviderBill = z.strictObject({
  confirmation_url: z.string().nullable(),
  amount: z.string(),
  expires_at: z.string(),
  status: z.enum(['waiting', 'paid', 'over']),
});

const moment = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

/** What the client's card and every answer show of it. */
export function toManagerContract(contract: Contract): ManagerContract {
  const { code, signature, tariff } = contract;
  return {
    id: contract.id,
    number: contract.number,
    version: contract.version,
    status: contract.status,
    created_at: new Date(contract.createdAt).toISOString(),
    total: minorToDecimal(contract.totalMinor),
    amount_due: minorToDecimal(contract.dueMinor),
    devices: contract.appliances.map((one) => ({
      id: one.id,
      device_type: one.kind,
      title: one.title,
      fee: minorToDecimal(one.feeMinor),
      is_billed: one.isBilled,
    })),
    tariff: {
      id: tariff.id,
      name: tariff.name,
      base_fee: minorToDecimal(tariff.baseFeeMinor),
      extra_per_device: minorToDecimal(tariff.extraPerApplianceMinor),
    },
    pdf_sha256: contract.pdfSha256,
    supersedes_id: contract.supersedesId ?? null,
    otp:
      code === undefined
        ? null
        : {
            delivered_at: moment(code.deliveredAt),
            expires_at: moment(code.expiresAt),
            resend_at: new Date(code.nextAt).toISOString(),
            attempts_left: code.attemptsLeft,
          },
    signed_at: moment(signature?.signedAt),
    pep_agreed_at: moment(signature?.pepAgreedAt),
    signature_hash: signature?.hash ?? null,
    signature_hmac: signature?.hmac ?? null,
    signed_ip: signature?.ip ?? null,
    signed_user_agent: signature?.userAgent ?? null,
    payment_confirmed_at: moment(contract.paidAt),
  };
}

export const toManagerInvoice = (invoice: Invoice): ManagerInvoice => ({
  id: invoice.id,
  contract_number: invoice.contractNumber,
  amount: minorToDecimal(invoice.amountMinor),
  description: invoice.description,
  due_date: invoice.dueDate,
  status: invoice.status,
  created_at: new Date(invoice.createdAt).toISOString(),
  paid_at: moment(invoice.payment?.at),
  source: invoice.payment?.source ?? null,
  paid_amount: invoice.payment === undefined ? null : minorToDecimal(invoice.payment.amountMinor),
});
