/** The register of the fake device: tasks that end as the state says. */

import { implement } from '@orpc/server';
import type { FiscalDocument, FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { minorToDecimal } from '#shared/kernel/money.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import { contract } from '#shared/rpc/contract.ts';
import type { Change } from '#shared/rpc/device.contract.ts';
import type { FiscalTaskView, RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { DEVICE_ID, SHOP_ID } from './data.ts';
import type { FakeState } from './state.ts';

const withNothing = () => implement(contract).use(({ next }) => next());
type Door = ReturnType<typeof withNothing>['fiscal'];

interface Ports {
  readonly now: () => number;
  readonly newId: () => string;
  readonly state: () => FakeState;
  readonly orders: Map<string, OrderDetails>;
  readonly changed: (collection: Change['collection'], ...ids: string[]) => void;
}

const OPEN: readonly FiscalTaskView['state'][] = ['queued', 'claimed', 'baseline', 'sending', 'unknown'];
const RECORD_STATUS = {
  printed: 'done',
  closed: 'done',
  failed: 'error',
  unknown: 'unknown',
  sending: 'in_progress',
} as const;

export function createFakeRegister({ now, newId, state, orders, changed }: Ports) {
  const tasks = new Map<string, FiscalTaskView>();
  let documents = 1041;
  let shift: RegisterView['shift'] | undefined;

  function makeDocument(totalMinor: number, printed: boolean): FiscalDocument {
    documents += 1;
    const { fnNumber = '9999078900005419', kktSerial = '00106700000001', shift: open } = state().register;
    const sign = String(1_000_000_000 + documents * 7919);
    const at = new Date(now()).toISOString();
    const stamp = `${at.slice(0, 10).replaceAll('-', '')}T${at.slice(11, 16).replace(':', '')}`;
    return {
      fiscalDocumentNumber: documents,
      fiscalSign: sign,
      fnNumber,
      registrationNumber: '0001234567012345',
      kktSerial,
      shiftNumber: open.number,
      receiptNumber: documents - 1000,
      fiscalAt: now(),
      totalMinor,
      shiftAutoOpened: false,
      printed,
      qr: `t=${stamp}&s=${minorToDecimal(totalMinor)}&fn=${fnNumber}&i=${documents}&fp=${sign}&n=1`,
    };
  }

  /** Writes the task, and what its order shows of it. */
  function put(task: FiscalTaskView): FiscalTaskView {
    tasks.set(task.id, task);
    const details = task.orderId === undefined ? undefined : orders.get(task.orderId);
    if (details) {
      const record: FiscalRecord = {
        id: task.id,
        type: task.type,
        fiscalDeviceId: 'kkt-1',
        deviceId: DEVICE_ID,
        shopId: SHOP_ID,
        ...(task.orderId === undefined ? {} : { orderId: task.orderId }),
        status: Object.hasOwn(RECORD_STATUS, task.state)
          ? RECORD_STATUS[task.state as keyof typeof RECORD_STATUS]
          : 'queued',
        totalMinor: task.totalMinor,
        operator: { name: task.operatorName },
        ...(task.document ? { document: task.document } : {}),
        ...(task.error ? { errorText: task.error.text } : {}),
        createdAt: task.createdAt,
        updatedAt: now(),
      };
      details.receipts = [...details.receipts.filter((one) => one.id !== task.id), record];
    }
    changed('fiscal', task.id);
    return task;
  }

  const printerAnswers = () => !['unavailable', 'not_configured', 'not_responding'].includes(state().register.state);

  function end(id: string): void {
    const task = tasks.get(id);
    if (!task || !OPEN.includes(task.state)) return;
    const ends = printerAnswers() ? state().fiscal.ends : 'never';
    const next = { ...task, updatedAt: now() };
    if (ends === 'never') return;
    if (ends === 'unknown') put({ ...next, state: 'unknown', baselineDocumentNumber: documents });
    else if (ends === 'failed')
      put({ ...next, state: 'failed', error: { driverCode: 44, text: 'Нет бумаги', retryable: true } });
    else put({ ...next, state: ends, document: makeDocument(task.totalMinor, ends === 'printed') });
  }

  function begin(type: FiscalTaskView['type'], order: Order | undefined, operatorName: string): string {
    const id = newId();
    put({
      id,
      type,
      state: 'queued',
      ...(order ? { orderId: order.id } : {}),
      totalMinor: order?.totalMinor ?? 0,
      operatorName,
      createdAt: now(),
      updatedAt: now(),
    });
    const { endsAfterMs } = state().fiscal;
    setTimeout(() => {
      const task = tasks.get(id);
      if (task?.state === 'queued' && state().fiscal.ends !== 'never' && printerAnswers())
        put({ ...task, state: 'sending' });
    }, endsAfterMs / 2);
    setTimeout(() => end(id), endsAfterMs);
    return id;
  }

  const taskOr404 = (id: string): FiscalTaskView => {
    const task = tasks.get(id);
    if (!task) throw new AppError('fiscal.task_not_found', id);
    return task;
  };
  const unknownTask = () => [...tasks.values()].find((task) => task.state === 'unknown');
  const view = (): RegisterView => {
    const unknown = unknownTask();
    const own = state().register;
    return {
      ...own,
      shift: shift ?? own.shift,
      ...(unknown ? { state: 'blocked', unknownTaskId: unknown.id } : {}),
      since: now() - 40_000,
      queued: [...tasks.values()].filter((task) => OPEN.includes(task.state)).length,
    };
  };

  return {
    begin,
    taskOf: (orderId: string) => [...tasks.values()].find((task) => task.orderId === orderId)?.id,
    clear: () => {
      tasks.clear();
      shift = undefined;
    },
    procedures: (door: Door, operator: () => string) => ({
      register: door.register.handler(view),
      task: door.task.handler(({ input }) => taskOr404(input.id)),
      tasks: door.tasks.handler(({ input }) => [...tasks.values()].toReversed().slice(0, input.limit)),
      openShift: door.openShift.handler(() => {
        const id = begin('open_shift', undefined, operator());
        shift = { state: 'open', number: state().register.shift.number + 1, leftMs: 86_400_000 };
        return taskOr404(id);
      }),
      closeShift: door.closeShift.handler(() => {
        const id = begin('close_shift', undefined, operator());
        shift = { state: 'closed', number: view().shift.number };
        return taskOr404(id);
      }),
      xReport: door.xReport.handler(() => {
        operator();
      }),
      continuePrint: door.continuePrint.handler(() => {
        const waiting = [...tasks.values()].filter((task) => task.state === 'closed');
        if (!state().register.paperPresent || state().fiscal.ends === 'closed') return { printed: false };
        for (const task of waiting) {
          put({
            ...task,
            state: 'printed',
            ...(task.document ? { document: { ...task.document, printed: true } } : {}),
          });
        }
        return { printed: true };
      }),
      retry: door.retry.handler(({ input }) => {
        const { error: _gone, ...task } = taskOr404(input.id);
        if (task.state !== 'failed') throw new AppError('fiscal.illegal_transition', task.state);
        setTimeout(() => end(task.id), state().fiscal.endsAfterMs);
        return put({ ...task, state: 'queued', updatedAt: now() });
      }),
      settle: door.settle.handler(({ input }) => {
        const task = taskOr404(input.id);
        if (task.state !== 'unknown') throw new AppError('fiscal.illegal_transition', task.state);
        if (input.verdict === 'not_printed') return put({ ...task, state: 'not_closed', updatedAt: now() });
        if (input.fiscalDocumentNumber <= (task.baselineDocumentNumber ?? 0)) {
          throw new AppError('fiscal.data_conflict', 'older than the sale');
        }
        documents = input.fiscalDocumentNumber - 1;
        return put({ ...task, state: 'printed', document: makeDocument(task.totalMinor, true), updatedAt: now() });
      }),
    }),
  };
}
