/** What `/api/manager` takes about contracts: snake_case, roubles with two decimals. What it answers is in `clients/manager-contracts.api.ts`. */
import { z } from 'zod';
import { isRoubles, roublesToMinor } from '../kernel/money.ts';
import { Day } from './contracts.schema.ts';

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
  amount: z.number(),
  expires_at: z.string(),
  status: z.enum(['waiting', 'paid', 'over']),
});
