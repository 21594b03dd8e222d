/**
 * The fiscal task as it crosses the wire: the owner's contract, verbatim (roubles as numbers, `taxationSystem`,
 * `receiptType`). Conversion to our own form happens here and nowhere else.
 */
import { z } from 'zod';
import { isPersonalInn } from '../kernel/inn.ts';
import { isRoubles, lineTotal, minorToRoubles, ONE, roublesToMinor } from '../kernel/money.ts';
import { checkTask } from './fiscal.rules.ts';
import {
  type FiscalTask,
  KktAddress,
  MeasurementUnit,
  PaymentMethod,
  PaymentObject,
  TaxationSystem,
  TenderType,
  VatType,
  WIRE_TASK_TYPES,
} from './fiscal.schema.ts';

// `abort`: the sums of the whole task are only checked when each of its numbers can be converted.
const Roubles = z
  .number()
  .min(0, 'must not be negative')
  .refine(isRoubles, { error: 'must be roubles with at most two decimals', abort: true });
const Quantity = z
  .number()
  .min(0.001, 'must be at least 0.001')
  .max(99_999.999)
  .refine((value) => Math.abs(value * ONE - Math.round(value * ONE)) < 1e-6, {
    error: 'must have at most three decimals',
    abort: true,
  });

const WireOperator = z.object({
  name: z.string().trim().min(1).max(64),
  vatin: z.string().refine(isPersonalInn, 'must be an INN of 12 digits whose check digits agree').optional(),
});

const WireReceipt = z.object({
  items: z
    .array(
      z.object({
        name: z.string().trim().min(1).max(128),
        price: Roubles,
        quantity: Quantity,
        vat: z.object({ type: VatType }),
        /** Beyond the contract's minimum, for FFD 1.2; sensible when absent. */
        paymentObject: PaymentObject.optional(),
        paymentMethod: PaymentMethod.optional(),
        unit: MeasurementUnit.optional(),
      }),
    )
    .min(1)
    .max(500),
  payments: z
    .array(z.object({ type: TenderType, sum: Roubles.refine((sum) => sum > 0, 'must be more than zero') }))
    .min(1)
    .max(10),
  total: Roubles,
  taxationSystem: TaxationSystem,
  receiptType: z.enum(['sell', 'sell_return']),
  customerContact: z.string().max(254).optional(),
});

const WireTaskShape = z.object({
  taskId: z.uuid(),
  type: z.enum(WIRE_TASK_TYPES),
  fiscalDeviceId: z.string().min(1).max(64),
  kkt: KktAddress.optional(),
  operator: WireOperator,
  receipt: WireReceipt.optional(),
});

/** `POST /fiscal-tasks` body and `GET /fiscal-tasks/next` answer. Sums are checked, with the path of what disagrees. */
export const WireFiscalTask = WireTaskShape.superRefine((wire, ctx) => {
  for (const issue of checkTask(fromWire(wire))) {
    ctx.addIssue({
      code: 'custom',
      path: issue.path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
      message: issue.message,
    });
  }
});
export type WireFiscalTask = z.infer<typeof WireTaskShape>;

/** `POST /fiscal-tasks/:id/status` body: the agent's answer, with what we add to the contract's minimum. */
export const WireFiscalStatus = z.object({
  taskId: z.uuid(),
  status: z.enum(['queued', 'in_progress', 'done', 'error']),
  error: z.string().max(500).optional(),
  retryable: z.boolean().optional(),
  /** The outcome is not known and nobody may print it again until it is. */
  uncertain: z.boolean().optional(),
  fiscal: z
    .object({
      fnCode: z.string().min(1).max(64),
      receiptId: z.string().max(64),
      shiftAutoOpened: z.boolean(),
      fiscalDocumentNumber: z.int().min(1).optional(),
      fiscalSign: z.string().max(10).optional(),
      registrationNumber: z.string().max(20).optional(),
      fiscalAt: z.int().min(0).optional(),
    })
    .optional(),
});
export type WireFiscalStatus = z.infer<typeof WireFiscalStatus>;

/** Wire → ours. Roubles become minor units, quantities thousandths, and line totals are computed. */
export function fromWire(wire: WireFiscalTask): FiscalTask {
  const { taskId, receipt, operator, kkt, ...rest } = wire;
  return {
    id: taskId,
    type: rest.type,
    fiscalDeviceId: rest.fiscalDeviceId,
    operator: { name: operator.name, ...(operator.vatin === undefined ? {} : { vatin: operator.vatin }) },
    ...(kkt === undefined ? {} : { kkt }),
    ...(receipt === undefined
      ? {}
      : {
          receipt: {
            kind: receipt.receiptType,
            taxationSystem: receipt.taxationSystem,
            items: receipt.items.map((item) => {
              const priceMinor = roublesToMinor(item.price);
              const quantityMilli = Math.round(item.quantity * ONE);
              return {
                name: item.name,
                priceMinor,
                quantityMilli,
                totalMinor: lineTotal(priceMinor, quantityMilli),
                vat: item.vat.type,
                paymentObject: item.paymentObject ?? 'commodity',
                paymentMethod: item.paymentMethod ?? 'full_payment',
                unit: item.unit ?? 'piece',
              };
            }),
            payments: receipt.payments.map(({ type, sum }) => ({ type, sumMinor: roublesToMinor(sum) })),
            totalMinor: roublesToMinor(receipt.total),
            ...(receipt.customerContact === undefined ? {} : { customerContact: receipt.customerContact }),
          },
        }),
  };
}

/**
 * Ours → wire, for a task the server hands to an agent. The inverse of `fromWire` for every task that came by wire; throws
 * for a task of the desk alone.
 */
export function toWire(task: FiscalTask): WireFiscalTask {
  const { receipt } = task;
  return {
    taskId: task.id,
    type: WireTaskShape.shape.type.parse(task.type),
    fiscalDeviceId: task.fiscalDeviceId,
    ...(task.kkt === undefined ? {} : { kkt: task.kkt }),
    operator: task.operator,
    ...(receipt === undefined
      ? {}
      : {
          receipt: {
            items: receipt.items.map((item) => ({
              name: item.name,
              price: minorToRoubles(item.priceMinor),
              quantity: item.quantityMilli / ONE,
              vat: { type: item.vat },
              paymentObject: item.paymentObject,
              paymentMethod: item.paymentMethod,
              unit: item.unit,
            })),
            payments: receipt.payments.map(({ type, sumMinor }) => ({ type, sum: minorToRoubles(sumMinor) })),
            total: minorToRoubles(receipt.totalMinor),
            taxationSystem: receipt.taxationSystem,
            receiptType: receipt.kind,
            ...(receipt.customerContact === undefined ? {} : { customerContact: receipt.customerContact }),
          },
        }),
  };
}
