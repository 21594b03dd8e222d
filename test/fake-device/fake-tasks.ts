/** Fiscal tasks of the fake device: how each moves, its journal, and the document that comes of it. */
import type { FiscalDocument, FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { minorToDecimal } from '#shared/kernel/money.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Change } from '#shared/rpc/device.contract.ts';
import type { FiscalTaskView, JournalStep } from '#shared/rpc/fiscal.contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import type { ApprovalAction } from '#shared/staff/staff.schema.ts';
import { DEVICE_ID, SHOP_ID } from './data.ts';
import type { FakeLedger, Tenders } from './fake-ledger.ts';
import type { FakeState } from './state.ts';

/** Throws when a supervisor has not consented to the act. */
export type RequireApproval = (need: {
  readonly action: ApprovalAction;
  readonly subject: string;
  readonly approvalId: string | undefined;
  readonly facts?: Readonly<Record<string, unknown>>;
}) => void;

export interface Ports {
  readonly now: () => number;
  readonly newId: () => string;
  readonly state: () => FakeState;
  readonly orders: Map<string, OrderDetails>;
  readonly changed: (collection: Change['collection'], ...ids: string[]) => void;
}

export const OPEN: readonly FiscalTaskView['state'][] = ['queued', 'claimed', 'baseline', 'sending', 'unknown'];
const SILENT: readonly string[] = ['unavailable', 'not_configured', 'not_responding'];
const RECORD_STATUS: Partial<Record<FiscalTaskView['state'], FiscalRecord['status']>> = {
  printed: 'done',
  closed: 'done',
  failed: 'error',
  unknown: 'unknown',
  sending: 'in_progress',
};

/** What a task is for, beyond its type. */
export interface Begin {
  readonly id?: string;
  readonly registerId?: string;
  readonly totalMinor?: number;
  readonly reason?: string;
}

export type FakeTasks = ReturnType<typeof createFakeTasks>;

export function createFakeTasks({ now, newId, state, orders, changed }: Ports, ledger: FakeLedger) {
  const tasks = new Map<string, FiscalTaskView>();
  const journals = new Map<string, JournalStep[]>();
  const tenders = new Map<string, Tenders>();
  const listeners: ((task: FiscalTaskView) => void)[] = [];
  let documents = 1041;

  function makeDocument({ totalMinor, registerId, type }: FiscalTaskView, printed: boolean): FiscalDocument {
    documents += 1;
    const { fnNumber = '9999078900005419', kktSerial = '00106700000001' } = ledger.stateOf(registerId);
    const sign = String(1_000_000_000 + documents * 7919);
    const at = new Date(now()).toISOString();
    const stamp = `${at.slice(0, 10).replaceAll('-', '')}T${at.slice(11, 16).replace(':', '')}`;
    const kind = type === 'refund' ? 2 : 1;
    return {
      fiscalDocumentNumber: documents,
      fiscalSign: sign,
      fnNumber,
      registrationNumber: '0001234567012345',
      kktSerial,
      shiftNumber: ledger.of(registerId).shift.number,
      receiptNumber: documents - 1000,
      fiscalAt: now(),
      totalMinor,
      shiftAutoOpened: false,
      printed,
      ...(type === 'sale' || type === 'refund'
        ? { qr: `t=${stamp}&s=${minorToDecimal(totalMinor)}&fn=${fnNumber}&i=${documents}&fp=${sign}&n=${kind}` }
        : {}),
    };
  }

  /** What the order shows of its receipt. */
  function record(task: FiscalTaskView): void {
    const details = task.orderId === undefined ? undefined : orders.get(task.orderId);
    if (!details) return;
    const one: FiscalRecord = {
      id: task.id,
      type: task.type,
      fiscalDeviceId: task.registerId,
      deviceId: DEVICE_ID,
      shopId: SHOP_ID,
      ...(task.orderId === undefined ? {} : { orderId: task.orderId }),
      status: RECORD_STATUS[task.state] ?? 'queued',
      totalMinor: task.totalMinor,
      operator: { name: task.operatorName },
      ...(task.document ? { document: task.document } : {}),
      ...(task.error ? { errorText: task.error.text } : {}),
      createdAt: task.createdAt,
      updatedAt: now(),
    };
    details.receipts = [...details.receipts.filter(({ id }) => id !== task.id), one];
  }

  function put(task: FiscalTaskView, details: Record<string, unknown> = {}): FiscalTaskView {
    if (tasks.get(task.id)?.state !== task.state) {
      const steps = journals.get(task.id) ?? [];
      journals.set(task.id, [...steps, { at: now(), step: task.state, details }]);
    }
    tasks.set(task.id, task);
    record(task);
    changed('fiscal', task.id);
    return task;
  }

  const answers = (registerId: string) => !SILENT.includes(ledger.stateOf(registerId).state);

  /** The fiscal memory holds it. */
  function finish(task: FiscalTaskView, printed: boolean): FiscalTaskView {
    // Cash leaves a slip and no fiscal document.
    const isCash = task.type === 'cash_in' || task.type === 'cash_out';
    const done = { ...task, ...(isCash ? {} : { document: makeDocument(task, printed) }), updatedAt: now() };
    put({ ...done, state: 'closed' }, { ...done.document });
    for (const listen of listeners) listen(done);
    ledger.apply(task, tenders.get(task.id) ?? { cashMinor: 0, cardMinor: 0 });
    return printed || isCash ? put({ ...done, state: 'printed' }) : done;
  }

  function end(id: string): void {
    const task = tasks.get(id);
    if (!task || !OPEN.includes(task.state)) return;
    const ends = answers(task.registerId) ? state().fiscal.ends : 'never';
    const next = { ...task, updatedAt: now() };
    if (ends === 'never') return;
    const text = 'Нет бумаги';
    if (ends === 'unknown') put({ ...next, state: 'unknown' }, { driverCode: 2, text: 'Нет связи' });
    else if (ends === 'failed')
      put({ ...next, state: 'failed', error: { driverCode: 44, text, retryable: true } }, { driverCode: 44, text });
    else finish(next, ends === 'printed');
  }

  /** Of an order's money of this kind, what earlier receipts have not taken. */
  function tendersOf(order: Order, type: FiscalTaskView['type'], totalMinor: number): Tenders {
    const kind = type === 'refund' ? 'refund' : 'payment';
    const cash = (orders.get(order.id)?.payments ?? [])
      .filter((one) => one.kind === kind && one.method === 'cash')
      .reduce((sum, one) => sum + one.amountMinor, 0);
    const earlier = [...tasks.values()]
      .filter((one) => one.orderId === order.id && one.type === type)
      .reduce((sum, one) => sum + (tenders.get(one.id)?.cashMinor ?? 0), 0);
    const cashMinor = Math.min(Math.max(0, cash - earlier), totalMinor);
    return { cashMinor, cardMinor: totalMinor - cashMinor };
  }

  function go(id: string): void {
    const { endsAfterMs } = state().fiscal;
    setTimeout(() => {
      const task = tasks.get(id);
      if (task?.state !== 'queued' || state().fiscal.ends === 'never' || !answers(task.registerId)) return;
      const begun = { ...task, attempts: task.attempts + 1, baselineDocumentNumber: documents };
      put({ ...begun, state: 'claimed' });
      put({ ...begun, state: 'baseline' }, { lastDocumentNumber: documents });
      put({ ...begun, state: 'sending' });
    }, endsAfterMs / 2);
    setTimeout(() => end(id), endsAfterMs);
  }

  function begin(
    type: FiscalTaskView['type'],
    order: Order | undefined,
    operatorName: string,
    more: Begin = {},
  ): string {
    const id = more.id ?? newId();
    if (tasks.has(id)) return id;
    const totalMinor = more.totalMinor ?? order?.totalMinor ?? 0;
    if (order) tenders.set(id, tendersOf(order, type, totalMinor));
    put({
      id,
      registerId: more.registerId ?? state().register.id ?? 'kkt-1',
      type,
      origin: 'device',
      state: 'queued',
      attempts: 0,
      ...(order ? { orderId: order.id } : {}),
      totalMinor,
      operatorName,
      ...(more.reason === undefined ? {} : { reason: more.reason }),
      createdAt: now(),
      updatedAt: now(),
    });
    go(id);
    return id;
  }

  return {
    put,
    finish,
    go,
    all: () => [...tasks.values()],
    journalOf: (id: string) => journals.get(id) ?? [],
    onFinished: (listen: (task: FiscalTaskView) => void) => listeners.push(listen),
    lastDocument: () => documents,
    /** The register printed something of its own. */
    setLastDocument: (number: number) => {
      documents = number;
    },
    clear: () => {
      tasks.clear();
      journals.clear();
      tenders.clear();
    },
    get(id: string): FiscalTaskView {
      const task = tasks.get(id);
      if (!task) throw new AppError('fiscal.task_not_found', id);
      return task;
    },
    begin,
  };
}
