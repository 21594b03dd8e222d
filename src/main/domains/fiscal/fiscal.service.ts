/** What the device does with its register: queues documents, shows how they stand, and obeys the cashier. */

import type { Core, Loop } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import { createLoop } from '#main/loop.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { checkTask } from '#shared/fiscal/fiscal.rules.ts';
import type { FiscalTask, KktAddress, Operator, TaxationSystem } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { wallAsUtc } from '#shared/kernel/wall-time.ts';
import type { FiscalTaskView, RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { createExecutor } from './fiscal.executor.ts';
import { createLink } from './fiscal.link.ts';
import type { FiscalQueue } from './fiscal.port.ts';
import { type OpenRegister, RegisterError } from './fiscal.register.ts';
import {
  countWaiting,
  type FiscalTaskRow,
  findTask,
  findUnknown,
  insertTask,
  listTasks,
  moveTask,
  patchTask,
} from './fiscal.repo.ts';

export interface FiscalServiceOptions {
  readonly core: Core;
  readonly sync: Pick<SyncPort, 'mutate' | 'writer' | 'wake'>;
  /** Absent where no driver library was found: tasks wait, the screen says why. */
  readonly openRegister: OpenRegister | undefined;
  /** Why `openRegister` is absent. */
  readonly unavailableReason?: string;
  readonly address: () => KktAddress | undefined;
  readonly fiscalDeviceId: () => string | undefined;
  readonly taxationSystem: () => TaxationSystem;
  readonly intervalMs: number;
  readonly statusIntervalMs: number;
}

export interface FiscalService extends FiscalQueue {
  readonly loop: Loop;
  /** Takes a task that the server handed out; the same task again changes nothing. */
  accept(task: FiscalTask): void;
  view(): RegisterView;
  task(id: string): FiscalTaskView;
  tasks(limit: number): FiscalTaskView[];
  changeShift(type: 'open_shift' | 'close_shift', operator: Operator): FiscalTaskView;
  xReport(operator: Operator): Promise<void>;
  continuePrint(): Promise<{ printed: boolean }>;
  retry(id: string): FiscalTaskView;
  settle(verdict: SettleVerdict, by: Operator): Promise<FiscalTaskView>;
  stop(): Promise<void>;
}

export type SettleVerdict =
  | { readonly verdict: 'printed'; readonly id: string; readonly fiscalDocumentNumber: number }
  | { readonly verdict: 'not_printed'; readonly id: string };

export function createFiscalService(options: FiscalServiceOptions): FiscalService {
  const { core, sync } = options;
  const { db, now } = core;
  const open: OpenRegister =
    options.openRegister ??
    (() =>
      Promise.reject(
        new RegisterError({ driverCode: 0, text: options.unavailableReason ?? 'no driver', retryable: false }),
      ));
  const link = createLink(open, options.address);
  const executor = createExecutor({ core, sync, link, statusIntervalMs: options.statusIntervalMs });
  const usable = (): boolean => options.openRegister !== undefined && options.address() !== undefined;
  const loop = createLoop({
    name: 'fiscal',
    intervalMs: options.intervalMs,
    run: async () => {
      if (usable()) await executor.tick();
    },
    log: core.log,
  });

  const insert = (tx: WriteTx, task: FiscalTask, origin: FiscalTaskRow['origin']): void => {
    const issues = checkTask(task);
    if (issues.length > 0)
      throw new AppError('app.bad_input', 'the fiscal task is not one a register may print', { details: { issues } });
    insertTask(tx, task, origin, now());
  };

  const fiscalDeviceId = (): string => {
    const id = options.fiscalDeviceId();
    if (id === undefined) throw new AppError('fiscal.register_not_configured', 'this device has no fiscal register');
    return id;
  };

  const get = (id: string): FiscalTaskRow => {
    const row = findTask(db, id);
    if (row === undefined) throw new AppError('fiscal.task_not_found', `no fiscal task ${id}`);
    return row;
  };

  /** Runs a call that a person waits for, and names what went wrong in our own codes. */
  const ask = async <T>(work: Parameters<typeof link.use<T>>[0]): Promise<T> => {
    if (!usable())
      throw new AppError('fiscal.register_not_configured', options.unavailableReason ?? 'no register address is set');
    return link.use(work).catch((error: unknown) => {
      if (!(error instanceof RegisterError)) throw error;
      const { driverCode, text, retryable } = error.fault;
      throw new AppError(retryable ? 'fiscal.register_unavailable' : 'fiscal.register_refused', text, {
        details: { driverCode },
        cause: error,
      });
    });
  };

  return {
    loop,
    fiscalDeviceId,
    taxationSystem: options.taxationSystem,
    enqueue: (tx, task) => insert(tx, task, 'device'),
    wake: () => loop.wake(),
    accept(task) {
      db.transaction((tx) => insert(tx, task, 'server'), { behavior: 'immediate' });
      core.changes.emit({ collection: 'fiscal', ids: [task.id] });
      loop.wake();
    },
    view: () => toRegisterView(),
    task: (id) => toTaskView(get(id)),
    tasks: (limit) => listTasks(db, limit).map(toTaskView),
    changeShift(type, operator) {
      if (findUnknown(db) !== undefined)
        throw new AppError('fiscal.queue_blocked', 'a receipt whose outcome is unknown comes first');
      const task: FiscalTask = { id: core.newId(), type, fiscalDeviceId: fiscalDeviceId(), operator };
      db.transaction((tx) => insert(tx, task, 'device'), { behavior: 'immediate' });
      executor.hurry();
      loop.wake();
      return toTaskView(get(task.id));
    },
    xReport: (operator) => ask((register) => register.printXReport(operator)),
    async continuePrint() {
      const printed = await ask((register) => register.continuePrint());
      executor.hurry();
      loop.wake();
      return { printed };
    },
    retry(id) {
      const row = get(id);
      if (row.state !== 'failed')
        throw new AppError('fiscal.illegal_transition', `a task that is ${row.state} is not repeated`);
      db.transaction((tx) => moveTask(tx, row, 'queued', now(), { attempts: 0, error: null }, { by: 'person' }), {
        behavior: 'immediate',
      });
      core.changes.emit({ collection: 'fiscal', ids: [id] });
      executor.hurry();
      loop.wake();
      return toTaskView(get(id));
    },
    async settle(verdict, by) {
      const row = get(verdict.id);
      if (row.state !== 'unknown') {
        throw new AppError('fiscal.illegal_transition', `the outcome is not unknown: ${row.state}`);
      }
      core.log.warn('a person settles an unknown receipt', {
        event: 'FISCAL_RESOLVED_BY_HAND',
        taskId: row.id,
        verdict: verdict.verdict,
      });
      db.transaction(
        (tx) => {
          recordStep(tx, {
            kind: 'audit',
            subject: row.id,
            step: 'FISCAL_RESOLVED_BY_HAND',
            details: { ...verdict, by: by.name },
            at: now(),
          });
          if (verdict.verdict === 'not_printed') patchTask(tx, row.id, now(), { saidNotPrintedBy: by.name });
        },
        { behavior: 'immediate' },
      );
      // The register's own word is worth more than a person's: it is asked once more before anything is decided.
      executor.hurry();
      await loop.tick();
      const asked = get(verdict.id);
      if (asked.state !== 'unknown' || verdict.verdict === 'not_printed') return toTaskView(asked);
      return toTaskView(await settlePrinted(asked, verdict.fiscalDocumentNumber, by));
    },
    async stop() {
      await loop.stop();
      await link.drop();
    },
  };

  /** The document a person names must be in the fiscal memory and fit the task; then it is ours. */
  async function settlePrinted(row: FiscalTaskRow, number: number, by: Operator): Promise<FiscalTaskRow> {
    const document = await ask(async (register) => {
      const found = await register.findDocument(number);
      const fits =
        found !== undefined &&
        number > (row.baseline?.lastDocumentNumber ?? 0) &&
        found.totalMinor === (row.task.receipt?.totalMinor ?? 0);
      if (!fits || (found.taskId !== undefined && found.taskId !== row.id)) {
        throw new AppError('fiscal.data_conflict', `document ${number} of the register is not this receipt`);
      }
      return register.readDocument(found);
    });
    return db.transaction(
      (tx) => {
        const closed = moveTask(
          tx,
          row,
          'closed',
          now(),
          { document: { ...document, printed: true }, error: null },
          { by: by.name, event: 'FISCAL_RESOLVED_BY_HAND' },
        );
        loop.wake();
        return closed;
      },
      { behavior: 'immediate' },
    );
  }

  function toRegisterView(): RegisterView {
    const { status, seenAt = 0, fault, since } = executor.observed;
    const unknown = findUnknown(db);
    const address = options.address();
    const state = ((): RegisterView['state'] => {
      if (options.openRegister === undefined || address === undefined) return 'not_configured';
      if (unknown !== undefined) return 'blocked';
      if (link.notResponding) return 'not_responding';
      if (fault !== undefined) return 'unavailable';
      return status === undefined ? 'connecting' : 'ready';
    })();
    const reason = fault?.text ?? (options.openRegister === undefined ? options.unavailableReason : undefined);
    const left = status?.shiftExpiresAt && wallAsUtc(status.shiftExpiresAt) - wallAsUtc(status.clock);
    return {
      state,
      since,
      shift: {
        state: status?.shiftState ?? 'unknown',
        number: status?.shiftNumber ?? 0,
        ...(left === undefined ? {} : { leftMs: left - (now() - seenAt) }),
      },
      cashMinor: status?.cashMinor ?? 0,
      unsentDocuments: status?.unsentDocuments ?? 0,
      paperPresent: status?.paperPresent ?? true,
      queued: countWaiting(db),
      ...(reason === undefined ? {} : { reason }),
      ...(address === undefined ? {} : { address }),
      ...(status === undefined
        ? {}
        : {
            model: status.model,
            kktSerial: status.kktSerial,
            fnNumber: status.fnNumber,
            driverVersion: status.driverVersion,
          }),
      ...(unknown === undefined ? {} : { unknownTaskId: unknown.id }),
    };
  }
}

function toTaskView(row: FiscalTaskRow): FiscalTaskView {
  const { task } = row;
  return {
    id: row.id,
    type: task.type,
    state: row.state,
    totalMinor: task.receipt?.totalMinor ?? 0,
    operatorName: task.operator.name,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(task.orderId === undefined ? {} : { orderId: task.orderId }),
    ...(row.document === null ? {} : { document: row.document }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.baseline === null ? {} : { baselineDocumentNumber: row.baseline.lastDocumentNumber }),
    ...(row.saidNotPrintedBy === null ? {} : { notPrintedSaidBy: row.saidNotPrintedBy }),
  };
}
