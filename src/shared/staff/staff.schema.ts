/** People who work at a shop's devices. Headquarters owns the list; a device holds only a verifier of the PIN. */
import { z } from 'zod';
import { Inn } from '../fiscal/fiscal.schema.ts';
import { Id } from '../kernel/schemas.ts';

export const StaffRole = z.enum(['cashier', 'supervisor', 'manager']);
export type StaffRole = z.infer<typeof StaffRole>;

/** What a cashier does only with a supervisor's consent. */
export const APPROVAL_ACTIONS = [
  'refund',
  'discount',
  'void',
  'cash_count',
  'cash_out',
  'settle',
  'settings',
  'register',
] as const;
export const ApprovalAction = z.enum(APPROVAL_ACTIONS);
export type ApprovalAction = z.infer<typeof ApprovalAction>;

/** Roles that consent: to others, and to themselves without being asked. */
export const mayApprove = (role: StaffRole): boolean => role !== 'cashier';

export const StaffMember = z.object({
  id: Id,
  name: z.string().trim().min(1).max(64),
  vatin: Inn.optional(),
  role: StaffRole,
  /** `scrypt$N$r$p$salt$hash`, base64url: enough to check a PIN offline, not to read it. */
  pinVerifier: z.string().max(256),
  active: z.boolean(),
});
export type StaffMember = z.infer<typeof StaffMember>;

/** Four to eight digits, as text: a leading zero counts. */
export const Pin = z.string().regex(/^\d{4,8}$/, 'must be 4 to 8 digits');
