import { z } from 'zod';
import { FiscalDocument, FiscalState, FiscalTaskType, KktAddress, ShiftState } from '../fiscal/fiscal.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { command, faults, query } from './procedure.ts';

/** A task of this device's register and where it stands. */
export const FiscalTaskView = z.object({
  id: Id,
  type: FiscalTaskType,
  state: FiscalState,
  orderId: Id.optional(),
  totalMinor: z.int().min(0),
  operatorName: z.string(),
  createdAt: Millis,
  updatedAt: Millis,
  document: FiscalDocument.optional(),
  error: z.object({ driverCode: z.int(), text: z.string(), retryable: z.boolean() }).optional(),
  /** The last document before this task, when it had begun. */
  baselineDocumentNumber: z.int().optional(),
  /** Who said of its unknown outcome that nothing was printed; the register's own answer still counts for more. */
  notPrintedSaidBy: z.string().optional(),
});
export type FiscalTaskView = z.infer<typeof FiscalTaskView>;

/** What the shift bar shows. */
export const RegisterView = z.object({
  state: z.enum(['not_configured', 'unavailable', 'connecting', 'ready', 'not_responding', 'blocked']),
  /** Since when it has been so. */
  since: Millis,
  reason: z.string().optional(),
  address: KktAddress.optional(),
  model: z.string().optional(),
  kktSerial: z.string().optional(),
  fnNumber: z.string().optional(),
  driverVersion: z.string().optional(),
  shift: z.object({
    state: ShiftState,
    number: z.int().min(0),
    /** Milliseconds left of the 24 h by the register's clock. */
    leftMs: z.int().optional(),
  }),
  cashMinor: z.int().min(0),
  unsentDocuments: z.int().min(0),
  paperPresent: z.boolean(),
  /** Tasks waiting or being done. */
  queued: z.int().min(0),
  /** The task whose outcome stops the queue. */
  unknownTaskId: Id.optional(),
});
export type RegisterView = z.infer<typeof RegisterView>;

export const fiscalContract = {
  register: query(['kiosk', 'cashier']).output(RegisterView).errors(faults()),
  task: query(['kiosk', 'cashier'])
    .input(z.strictObject({ id: Id }))
    .output(FiscalTaskView)
    .errors(faults('fiscal.task_not_found')),
  tasks: query(['cashier'])
    .input(z.strictObject({ limit: z.int().min(1).max(200).default(50) }))
    .output(z.array(FiscalTaskView))
    .errors(faults()),
  openShift: command(['cashier'], { signedIn: true })
    .output(FiscalTaskView)
    .errors(faults('fiscal.register_not_configured', 'fiscal.queue_blocked')),
  closeShift: command(['cashier'], { signedIn: true })
    .output(FiscalTaskView)
    .errors(faults('fiscal.register_not_configured', 'fiscal.queue_blocked')),
  xReport: command(['cashier'], { signedIn: true })
    .output(z.void())
    .errors(faults('fiscal.register_unavailable', 'fiscal.register_not_configured', 'fiscal.register_refused')),
  /** Prints what the last document still owes on paper. */
  continuePrint: command(['cashier', 'kiosk'])
    .output(z.object({ printed: z.boolean() }))
    .errors(faults('fiscal.register_unavailable', 'fiscal.register_not_configured')),
  /** Puts a failed task back in the queue. Refused when the register may hold its document. */
  retry: command(['cashier'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(FiscalTaskView)
    .errors(faults('fiscal.task_not_found', 'fiscal.illegal_transition')),
  /**
   * A person says how an unknown outcome ended. `printed` names the document number, which is verified against the
   * register when it answers; both answers are kept in the audit log.
   */
  settle: command(['cashier'], { signedIn: true })
    .input(
      z.discriminatedUnion('verdict', [
        z.strictObject({ verdict: z.literal('printed'), id: Id, fiscalDocumentNumber: z.int().min(1) }),
        z.strictObject({ verdict: z.literal('not_printed'), id: Id }),
      ]),
    )
    .output(FiscalTaskView)
    .errors(
      faults(
        'fiscal.task_not_found',
        'fiscal.illegal_transition',
        'fiscal.data_conflict',
        'fiscal.register_unavailable',
      ),
    ),
};
