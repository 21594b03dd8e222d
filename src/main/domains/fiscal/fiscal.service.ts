/** What the device does with its registers: queues documents, shows how they stand, and obeys the cashier. */

import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import { listSteps } from '#main/journal/journal.repo.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { checkTask } from '#shared/fiscal/fiscal.rules.ts';
import type { FiscalTask, TaxationSystem } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { FiscalTaskView, JournalStep, RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { FiscalQueue } from './fiscal.port.ts';
import {
  type FiscalTaskRow,
  findTask,
  findUnknown,
  insertTask,
  listTasks,
  moveTask,
  patchTask,
} from './fiscal.repo.ts';
import { createRuntime, type Driver, type RegisterRuntime } from './fiscal.runtime.ts';
import { noRegister, toTaskView } from './fiscal.view.ts';
import type { Registers } from './registers.service.ts';

export interface FiscalServiceOptions {
  readonly core: Core;
  readonly sync: Pick<SyncPort, 'mutate' | 'writer' | 'wake'>;
  readonly driver: Driver;
  readonly registers: Registers;
  readonly taxationSystem: () => TaxationSystem;
  /** IANA zone of the shop. */
  readonly timeZone: () => string;
  readonly intervalMs: number;
  readonly statusIntervalMs: number;
}

export interface FiscalService extends FiscalQueue {
  /** Takes a task that the server handed out. Of one it handed out before it is told again; one that failed is retried. */
  accept(task: FiscalTask): void;
  /**
   * Queues a task that a person asked for at the desk and has it done at once. Throws `fiscal.queue_blocked` when a
   * receipt of unknown outcome comes first, and `app.bad_input`. What `along` writes is on the disk with the task or not
   * at all; what it throws leaves no task.
   */
  request(task: FiscalTask, along?: (tx: WriteTx) => void): FiscalTaskView;
  /** The main register's unless named. */
  view(registerId?: string): RegisterView;
  views(): RegisterView[];
  /** Throws `fiscal.register_not_configured` when the device drives no such register. */
  register(registerId?: string): RegisterRuntime;
  /** Throws `fiscal.task_not_found`. */
  row(id: string): FiscalTaskRow;
  task(id: string): FiscalTaskView;
  tasks(limit: number, show: 'all' | 'open'): FiscalTaskView[];
  journal(taskId: string): JournalStep[];
  continuePrint(registerId?: string): Promise<{ printed: boolean }>;
  /** Prints a copy of the document of a task. Throws `fiscal.illegal_transition` when it has none. */
  printCopy(taskId: string): Promise<void>;
  /** Puts a failed task back in the queue. */
  retry(id: string): FiscalTaskView;
  start(): void;
  /** Does all there is to do now, on every register. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

export function createFiscalService(options: FiscalServiceOptions): FiscalService {
  const { core, registers, driver } = options;
  const { db, now } = core;
  const startedAt = now();
  const runtimes = new Map<string, RegisterRuntime>();
  let isStarted = false;

  /** Runtimes are made as registers come to be known: a device learns of its own only when it is enrolled. */
  const runtimeOf = (registerId: string): RegisterRuntime => {
    const known = runtimes.get(registerId);
    if (known !== undefined) return known;
    const made = createRuntime({ ...options, registerId });
    runtimes.set(registerId, made);
    if (isStarted) made.loop.start();
    return made;
  };
  const all = (): RegisterRuntime[] => registers.ids().map(runtimeOf);

  const register = (registerId?: string): RegisterRuntime => {
    const id = registerId ?? registers.mainId();
    if (id === undefined || !registers.ids().includes(id)) {
      throw new AppError('fiscal.register_not_configured', 'this device has no such fiscal register');
    }
    return runtimeOf(id);
  };

  const insert = (tx: WriteTx, task: FiscalTask, origin: FiscalTaskRow['origin']): void => {
    const issues = checkTask(task);
    if (issues.length > 0) {
      throw new AppError('app.bad_input', 'the fiscal task is not one a register may print', { details: { issues } });
    }
    insertTask(tx, task, origin, now());
  };

  const row = (id: string): FiscalTaskRow => {
    const found = findTask(db, id);
    if (found === undefined) throw new AppError('fiscal.task_not_found', `no fiscal task ${id}`);
    return found;
  };

  const wake = (): void => {
    for (const { loop } of all()) loop.wake();
  };

  registers.onChange(() => {
    for (const [id, runtime] of runtimes) {
      if (registers.ids().includes(id)) runtime.hurry();
      else {
        runtimes.delete(id);
        runtime.stop().catch((error: unknown) => core.log.error('a register could not be let go', { error }));
      }
    }
    if (isStarted) for (const { loop } of all()) loop.wake();
  });

  return {
    fiscalDeviceId: () => register().id,
    taxationSystem: options.taxationSystem,
    enqueue: (tx, task) => insert(tx, task, 'device'),
    wake,
    accept(task) {
      if (task.kkt !== undefined) registers.hearAddress(task.fiscalDeviceId, task.kkt);
      db.transaction(
        (tx) => {
          const known = findTask(tx, task.id);
          if (known === undefined) insert(tx, task, 'server');
          // Given out again after it failed: nothing of it is in the fiscal memory, so it may begin anew.
          else if (known.state === 'failed') {
            moveTask(tx, known, 'queued', now(), { attempts: 0, error: null, serverStatus: null }, { by: 'server' });
          }
          // Whatever the server has forgotten of it, it is told once more.
          else patchTask(tx, known.id, now(), { serverStatus: null });
        },
        { behavior: 'immediate' },
      );
      core.changes.emit({ collection: 'fiscal', ids: [task.id] });
      wake();
    },
    request(task, along) {
      const runtime = register(task.fiscalDeviceId);
      if (findUnknown(db, runtime.id) !== undefined) {
        throw new AppError('fiscal.queue_blocked', 'a receipt whose outcome is unknown comes first');
      }
      db.transaction(
        (tx) => {
          along?.(tx);
          insert(tx, task, 'device');
        },
        { behavior: 'immediate' },
      );
      core.changes.emit({ collection: 'fiscal', ids: [task.id] });
      runtime.hurry();
      return toTaskView(row(task.id));
    },
    view: (registerId) =>
      (registerId ?? registers.mainId()) === undefined
        ? noRegister(driver.reason, startedAt)
        : register(registerId).view(),
    views: () => all().map((runtime) => runtime.view()),
    register,
    row,
    task: (id) => toTaskView(row(id)),
    tasks: (limit, show) => listTasks(db, limit, show).map(toTaskView),
    journal: (taskId) =>
      listSteps(db, 'fiscal', row(taskId).id).map(({ at, step, details }) => ({ at, step, details: { ...details } })),
    async continuePrint(registerId) {
      const runtime = register(registerId);
      const printed = await runtime.ask((connected) => connected.continuePrint());
      runtime.hurry();
      return { printed };
    },
    async printCopy(taskId) {
      const { document, registerId } = row(taskId);
      if (document === null) throw new AppError('fiscal.illegal_transition', 'this task has no document to copy');
      await register(registerId).askKnown((connected, status) => {
        if (status.fnNumber !== document.fnNumber) {
          throw new AppError(
            'fiscal.register_refused',
            `document ${document.fiscalDocumentNumber} is in another fiscal memory`,
          );
        }
        return connected.printCopy(document.fiscalDocumentNumber);
      });
    },
    retry(id) {
      const failed = row(id);
      if (failed.state !== 'failed') {
        throw new AppError('fiscal.illegal_transition', `a task that is ${failed.state} is not repeated`);
      }
      db.transaction((tx) => moveTask(tx, failed, 'queued', now(), { attempts: 0, error: null }, { by: 'person' }), {
        behavior: 'immediate',
      });
      core.changes.emit({ collection: 'fiscal', ids: [id] });
      register(failed.registerId).hurry();
      return toTaskView(row(id));
    },
    start() {
      isStarted = true;
      for (const { loop } of all()) loop.start();
    },
    async tick() {
      await Promise.all(all().map(({ loop }) => loop.tick()));
    },
    async stop() {
      isStarted = false;
      await Promise.all([...runtimes.values()].map((runtime) => runtime.stop()));
    },
  };
}
