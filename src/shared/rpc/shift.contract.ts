import { z } from 'zod';
import { CashCount, DenominationCount, ShiftReport } from '../fiscal/shift.schema.ts';
import { Id, PositiveMinor } from '../kernel/schemas.ts';
import { FiscalTaskView, RegisterRef } from './fiscal.contract.ts';
import { command, faults, query } from './procedure.ts';

/**
 * What a person learns of a count. A first count that does not agree is answered without the figures, so that the
 * supervisor's recount is blind too; a recount ends it and shows them.
 */
export const CountReply = z.discriminatedUnion('result', [
  z.object({ result: z.literal('agrees'), count: CashCount }),
  z.object({ result: z.literal('recount_needed'), id: Id }),
  z.object({ result: z.literal('differs'), count: CashCount }),
]);
export type CountReply = z.infer<typeof CountReply>;

const busy = ['fiscal.register_not_configured', 'fiscal.queue_blocked'] as const;
const asks = ['fiscal.register_unavailable', 'fiscal.register_not_configured', 'fiscal.register_refused'] as const;

export const shiftContract = {
  open: command(['cashier'], { signedIn: true })
    .input(RegisterRef)
    .output(FiscalTaskView)
    .errors(faults(...busy)),
  /** Prints the Z report. `countId` is a count that agrees or has been recounted; without one the drawer was not counted. */
  close: command(['cashier'], { signedIn: true })
    .input(RegisterRef.extend({ countId: Id.optional() }))
    .output(FiscalTaskView)
    .errors(faults(...busy, 'fiscal.count_not_final')),
  /** Prints the X report and keeps it with its reconciliation. */
  xReport: command(['cashier'], { signedIn: true })
    .input(RegisterRef)
    .output(ShiftReport)
    .errors(faults(...asks)),
  /** The counters and the reconciliation as they are now, without paper. */
  reconcile: query(['cashier'])
    .input(RegisterRef)
    .output(ShiftReport)
    .errors(faults(...asks)),
  /** X and Z reports of this device, newest first. */
  reports: query(['cashier'])
    .input(z.strictObject({ limit: z.int().min(1).max(200).default(50) }))
    .output(z.array(ShiftReport))
    .errors(faults()),
  /** Prints a kept report again: a Z from the fiscal memory, an X as text. */
  printReport: command(['cashier'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .errors(faults(...asks, 'fiscal.report_not_found')),
  /**
   * Counts the drawer blind. A recount names the first count and carries a supervisor's approval (`cash_count`, subject:
   * the first count's id). The register must answer: it says what the drawer should hold.
   */
  countCash: command(['cashier'], { signedIn: true })
    .input(
      RegisterRef.extend({
        id: Id,
        denominations: z.array(DenominationCount).max(40),
        recountOf: Id.optional(),
        approvalId: z.string().optional(),
      }),
    )
    .output(CountReply)
    .errors(faults(...asks, 'fiscal.count_not_final', 'fiscal.shift_closed', 'staff.approval_required')),
  /** Puts cash into the drawer or takes it out. Taking out needs an approval (`cash_out`, subject: `id`). */
  moveCash: command(['cashier'], { signedIn: true })
    .input(
      RegisterRef.extend({
        /** Made by the screen: the same id moves the cash once. */
        id: Id,
        direction: z.enum(['in', 'out']),
        amountMinor: PositiveMinor,
        reason: z.string().trim().min(1).max(200),
        approvalId: z.string().optional(),
      }),
    )
    .output(FiscalTaskView)
    .errors(faults(...busy, 'staff.approval_required', 'fiscal.not_enough_cash')),
};
