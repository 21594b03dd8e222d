import { z } from 'zod';
import { FiscalDocument, FiscalState, FiscalTaskType, KktAddress, ShiftState } from '../fiscal/fiscal.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { command, faults, query } from './procedure.ts';

/** A task of this device's register and where it stands. */
export const FiscalTaskView = z.object({
  id: Id,
  /** The register it is for. */
  registerId: z.string(),
  type: FiscalTaskType,
  /** `server` - it came through the queue of headquarters. */
  origin: z.enum(['device', 'server']),
  state: FiscalState,
  attempts: z.int().min(0),
  orderId: Id.optional(),
  totalMinor: z.int().min(0),
  operatorName: z.string(),
  /** Cash in and out: why. */
  reason: z.string().optional(),
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

/** A step of the write-ahead journal: it was on the disk before what it announces was done. */
export const JournalStep = z.object({
  at: Millis,
  step: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type JournalStep = z.infer<typeof JournalStep>;

/** Which register a call means; the device's main one when absent. */
export const RegisterRef = z.strictObject({ registerId: z.string().min(1).max(64).optional() });

/** What the shift bar shows. */
export const RegisterView = z.object({
  /** Its id in the organisation; absent while the device has no register. */
  id: z.string().optional(),
  name: z.string().optional(),
  isMain: z.boolean(),
  /** `another_register` - what answers at the address is not the register it was: a person must say that it is right. */
  state: z.enum([
    'not_configured',
    'unavailable',
    'connecting',
    'ready',
    'not_responding',
    'blocked',
    'another_register',
  ]),
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
  /** When the oldest of them was made. */
  unsentSince: Millis.optional(),
  paperPresent: z.boolean(),
  /** The roll is about to end. */
  paperNearEnd: z.boolean(),
  /** Tasks waiting or being done. */
  queued: z.int().min(0),
  /** Tasks that failed and wait for a person. */
  failed: z.int().min(0),
  /** How far the register's clock is from this device's, ms; positive when the register is ahead. */
  clockSkewMs: z.int().optional(),
  /** `another_register`: the serial number that was expected. */
  expectedSerial: z.string().optional(),
  /** The task whose outcome stops the queue. */
  unknownTaskId: Id.optional(),
});
export type RegisterView = z.infer<typeof RegisterView>;

const Approved = { approvalId: z.string().optional() };

export const fiscalContract = {
  register: query(['kiosk', 'cashier']).input(RegisterRef.optional()).output(RegisterView).errors(faults()),
  /** Every register of this device, the main one first. */
  registers: query(['kiosk', 'cashier']).output(z.array(RegisterView)).errors(faults()),
  task: query(['kiosk', 'cashier'])
    .input(z.strictObject({ id: Id }))
    .output(FiscalTaskView)
    .errors(faults('fiscal.task_not_found')),
  tasks: query(['cashier'])
    .input(
      z.strictObject({
        limit: z.int().min(1).max(200).default(50),
        /** `open` - those that are not done: waiting, under way, failed, unknown. */
        show: z.enum(['all', 'open']).default('all'),
      }),
    )
    .output(z.array(FiscalTaskView))
    .errors(faults()),
  /** Prints what the last document still owes on paper. */
  continuePrint: command(['cashier', 'kiosk'])
    .input(RegisterRef.optional())
    .output(z.object({ printed: z.boolean() }))
    .errors(faults('fiscal.register_unavailable', 'fiscal.register_not_configured')),
  /** Prints a copy of a document of this device's registers from the fiscal memory. It is no second receipt. */
  printCopy: command(['cashier'], { signedIn: true })
    .input(z.strictObject({ taskId: Id }))
    .output(z.void())
    .errors(
      faults(
        'fiscal.task_not_found',
        'fiscal.illegal_transition',
        'fiscal.register_unavailable',
        'fiscal.register_not_configured',
        'fiscal.register_refused',
      ),
    ),
  /** Every step of a task as the journal has it, oldest first. */
  journal: query(['cashier'])
    .input(z.strictObject({ taskId: Id }))
    .output(z.array(JournalStep))
    .errors(faults('fiscal.task_not_found')),
  /** Puts a failed task back in the queue. Refused when the register may hold its document. */
  retry: command(['cashier'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(FiscalTaskView)
    .errors(faults('fiscal.task_not_found', 'fiscal.illegal_transition')),
  /**
   * A person says how an unknown outcome ended. `printed` names the document number, which is verified against the
   * register when it answers; both answers are kept in the audit log. Needs an approval (`settle`, subject: the task).
   */
  settle: command(['cashier'], { signedIn: true })
    .input(
      z.discriminatedUnion('verdict', [
        z.strictObject({
          verdict: z.literal('printed'),
          id: Id,
          /** Of the receipt the person holds; a cash move has none. */
          fiscalDocumentNumber: z.int().min(1).optional(),
          ...Approved,
        }),
        z.strictObject({ verdict: z.literal('not_printed'), id: Id, ...Approved }),
      ]),
    )
    .output(FiscalTaskView)
    .errors(
      faults(
        'fiscal.task_not_found',
        'fiscal.illegal_transition',
        'fiscal.data_conflict',
        'fiscal.register_unavailable',
        'staff.approval_required',
      ),
    ),
};
