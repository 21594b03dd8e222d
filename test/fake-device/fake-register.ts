/** The registers of the fake device as screens see them, and what a person may ask of their queue. */
import { implement } from '@orpc/server';
import { AppError } from '#shared/kernel/errors.ts';
import { contract } from '#shared/rpc/contract.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { createFakeLedger } from './fake-ledger.ts';
import { createFakeTasks, OPEN, type Ports, type RequireApproval } from './fake-tasks.ts';
import type { FakeState } from './state.ts';

const withNothing = () => implement(contract).use(({ next }) => next());
export type Door = ReturnType<typeof withNothing>;

export function createFakeRegister(ports: Ports) {
  const { now, state } = ports;
  const ledger = createFakeLedger(state);
  const tasks = createFakeTasks(ports, ledger);

  const viewOf = (id: string | undefined): RegisterView => {
    const own = ledger.stateOf(id ?? state().register.id ?? '');
    const of = tasks.all().filter((task) => task.registerId === own.id);
    const unknown = of.find((task) => task.state === 'unknown');
    const { shift, cashMinor } = ledger.of(own.id ?? '');
    return {
      ...own,
      shift,
      cashMinor,
      ...(unknown ? { state: 'blocked', unknownTaskId: unknown.id } : {}),
      since: now() - 40_000,
      queued: of.filter((task) => OPEN.includes(task.state)).length,
      failed: of.filter((task) => task.state === 'failed').length,
    };
  };

  return {
    ledger,
    tasks,
    viewOf,
    begin: tasks.begin,
    taskOf: (orderId: string) => tasks.all().find((task) => task.orderId === orderId)?.id,
    clear: () => {
      tasks.clear();
      ledger.clear();
    },
    /** A shift or a drawer that was set by hand counts from then on; anything else leaves them as they have become. */
    follow: (before: FakeState, next: FakeState) => {
      for (const one of [next.register, ...next.others]) {
        const old = [before.register, ...before.others].find(({ id }) => id === one.id);
        const isSame = old?.cashMinor === one.cashMinor && JSON.stringify(old.shift) === JSON.stringify(one.shift);
        if (!isSame && one.id !== undefined) ledger.forget(one.id);
      }
    },
    procedures: (door: Door['fiscal'], operator: () => string, requireApproval: RequireApproval) => ({
      register: door.register.handler(({ input }) => viewOf(input?.registerId)),
      registers: door.registers.handler(() => ledger.registers().map(({ id }) => viewOf(id))),
      task: door.task.handler(({ input }) => tasks.get(input.id)),
      tasks: door.tasks.handler(({ input }) =>
        tasks
          .all()
          .filter((task) => input.show === 'all' || (task.state !== 'printed' && task.state !== 'reported'))
          .toReversed()
          .slice(0, input.limit),
      ),
      journal: door.journal.handler(({ input }) => {
        tasks.get(input.taskId);
        return tasks.journalOf(input.taskId);
      }),
      printCopy: door.printCopy.handler(({ input }) => {
        operator();
        if (!tasks.get(input.taskId).document) throw new AppError('fiscal.illegal_transition', 'no document');
      }),
      continuePrint: door.continuePrint.handler(() => {
        const waiting = tasks.all().filter((task) => task.state === 'closed');
        if (!state().register.paperPresent || state().fiscal.ends === 'closed') return { printed: false };
        for (const task of waiting) {
          tasks.put({
            ...task,
            state: 'printed',
            ...(task.document ? { document: { ...task.document, printed: true } } : {}),
          });
        }
        return { printed: true };
      }),
      retry: door.retry.handler(({ input }) => {
        const { error: _gone, ...task } = tasks.get(input.id);
        if (task.state !== 'failed') throw new AppError('fiscal.illegal_transition', task.state);
        const queued = tasks.put({ ...task, state: 'queued', updatedAt: now() });
        tasks.go(task.id);
        return queued;
      }),
      settle: door.settle.handler(({ input }) => {
        const task = tasks.get(input.id);
        if (task.state !== 'unknown') throw new AppError('fiscal.illegal_transition', task.state);
        requireApproval({ action: 'settle', subject: task.id, approvalId: input.approvalId });
        if (input.verdict === 'not_printed') return tasks.put({ ...task, state: 'not_closed', updatedAt: now() });
        const { fiscalDocumentNumber } = input;
        if (fiscalDocumentNumber === undefined) return tasks.finish(task, true);
        if (fiscalDocumentNumber <= (task.baselineDocumentNumber ?? 0)) {
          throw new AppError('fiscal.data_conflict', 'older than the sale');
        }
        tasks.setLastDocument(fiscalDocumentNumber - 1);
        return tasks.finish(task, true);
      }),
    }),
  };
}

export type FakeRegister = ReturnType<typeof createFakeRegister>;
