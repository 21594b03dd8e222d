/** The desk around the registers of the fake device: reports, counted cash, cash in and out. */
import type {
  CashCount,
  DifferenceCause,
  ShiftDifference,
  ShiftReport,
  ShiftTotals,
} from '#shared/fiscal/shift.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import { DEVICE_ID, SHOP_ID } from './data.ts';
import type { Door, FakeRegister } from './fake-register.ts';
import type { Ports, RequireApproval } from './fake-tasks.ts';

const FOREIGN_MINOR = 50_000;
const FOREIGN_OUT_MINOR = 100_000;
const SILENT: readonly string[] = ['unavailable', 'not_responding'];

export function createFakeShift({ now, newId, state }: Ports, register: FakeRegister) {
  const reports: ShiftReport[] = [];
  const counts = new Map<string, CashCount>();
  /** The count that a close task carries. */
  const countOfClose = new Map<string, string>();
  const { ledger, tasks } = register;

  const idOf = (asked: string | undefined) => asked ?? state().register.id ?? 'kkt-1';
  const mustAnswer = (registerId: string) => {
    const { state: is } = ledger.stateOf(registerId);
    if (is === 'not_configured') throw new AppError('fiscal.register_not_configured', registerId);
    if (SILENT.includes(is)) throw new AppError('fiscal.register_unavailable', registerId);
  };
  const mustSell = (registerId: string) => {
    const view = register.viewOf(registerId);
    if (view.state === 'not_configured') throw new AppError('fiscal.register_not_configured', registerId);
    if (view.unknownTaskId !== undefined) throw new AppError('fiscal.queue_blocked', view.unknownTaskId);
  };

  function makeReport(registerId: string, kind: 'x' | 'z', operatorName: string, id = newId()): ShiftReport {
    const { shift, totals, cashMinor } = ledger.of(registerId);
    const { kktSerial = '', fnNumber = '', unsentDocuments } = ledger.stateOf(registerId);
    const own = structuredClone(totals);
    const theirs = state().desk.differs ? withForeign(own) : own;
    return {
      id,
      kind,
      fiscalDeviceId: registerId,
      shopId: SHOP_ID,
      deviceId: DEVICE_ID,
      shiftNumber: shift.number,
      kktSerial,
      fnNumber,
      at: now(),
      operatorName,
      register: theirs,
      ledger: own,
      drawerMinor: drawerOf(registerId, cashMinor),
      differences: differencesOf(own, theirs),
      causes: state().desk.differs ? CAUSES : [],
      unsentDocuments,
      automatic: false,
      counts: [...counts.values()].filter(
        (count) => count.fiscalDeviceId === registerId && count.shiftNumber === shift.number,
      ),
    };
  }
  const drawerOf = (_registerId: string, cashMinor: number) =>
    state().desk.differs ? cashMinor + FOREIGN_MINOR - FOREIGN_OUT_MINOR : cashMinor;

  tasks.onFinished((task: FiscalTaskView) => {
    if (task.type !== 'close_shift') return;
    const counted = countOfClose.get(task.id);
    const report = makeReport(task.registerId, 'z', task.operatorName, task.id);
    reports.push({
      ...report,
      ...(task.document
        ? { fiscalDocumentNumber: task.document.fiscalDocumentNumber, fiscalSign: task.document.fiscalSign }
        : {}),
      counts: counted === undefined ? [] : report.counts,
    });
  });

  return {
    clear: () => {
      reports.length = 0;
      counts.clear();
      countOfClose.clear();
    },
    procedures: (door: Door['shift'], operator: () => string, requireApproval: RequireApproval) => ({
      open: door.open.handler(({ input }) => {
        const registerId = idOf(input.registerId);
        mustSell(registerId);
        return tasks.get(tasks.begin('open_shift', undefined, operator(), { registerId }));
      }),
      close: door.close.handler(({ input }) => {
        const registerId = idOf(input.registerId);
        mustSell(registerId);
        const count = input.countId === undefined ? undefined : counts.get(input.countId);
        if (count && count.countedMinor !== count.expectedMinor && count.recountOf === undefined) {
          throw new AppError('fiscal.count_not_final', count.id);
        }
        const id = tasks.begin('close_shift', undefined, operator(), { registerId });
        if (count) countOfClose.set(id, count.id);
        return tasks.get(id);
      }),
      xReport: door.xReport.handler(({ input }) => {
        mustAnswer(idOf(input.registerId));
        const report = makeReport(idOf(input.registerId), 'x', operator());
        reports.push(report);
        return report;
      }),
      reconcile: door.reconcile.handler(({ input }) => {
        mustAnswer(idOf(input.registerId));
        return makeReport(idOf(input.registerId), 'x', operator());
      }),
      reports: door.reports.handler(({ input }) => reports.toReversed().slice(0, input.limit)),
      printReport: door.printReport.handler(({ input }) => {
        const report = reports.find((one) => one.id === input.id);
        if (!report) throw new AppError('fiscal.report_not_found', input.id);
        mustAnswer(report.fiscalDeviceId);
      }),
      countCash: door.countCash.handler(({ input }) => {
        const registerId = idOf(input.registerId);
        mustAnswer(registerId);
        if (ledger.of(registerId).shift.state === 'closed') throw new AppError('fiscal.shift_closed', registerId);
        if (input.recountOf !== undefined) {
          requireApproval({ action: 'cash_count', subject: input.recountOf, approvalId: input.approvalId });
        }
        const count: CashCount = {
          id: input.id,
          fiscalDeviceId: registerId,
          shiftNumber: ledger.of(registerId).shift.number,
          at: now(),
          countedBy: operator(),
          denominations: input.denominations,
          countedMinor: input.denominations.reduce((sum, one) => sum + one.valueMinor * one.count, 0),
          expectedMinor: drawerOf(registerId, ledger.of(registerId).cashMinor),
          ...(input.recountOf === undefined ? {} : { recountOf: input.recountOf }),
        };
        counts.set(count.id, count);
        if (count.countedMinor === count.expectedMinor) return { result: 'agrees', count };
        return input.recountOf === undefined
          ? { result: 'recount_needed', id: count.id }
          : { result: 'differs', count };
      }),
      moveCash: door.moveCash.handler(({ input }) => {
        const registerId = idOf(input.registerId);
        mustSell(registerId);
        const { cashMinor } = ledger.of(registerId);
        if (input.direction === 'out') {
          if (input.amountMinor > cashMinor) {
            throw new AppError('fiscal.not_enough_cash', 'not enough', { details: { cashMinor } });
          }
          const { id: subject, approvalId, amountMinor, reason } = input;
          requireApproval({ action: 'cash_out', subject, approvalId, facts: { amountMinor, reason } });
        }
        const id = tasks.begin(input.direction === 'in' ? 'cash_in' : 'cash_out', undefined, operator(), {
          id: input.id,
          registerId,
          totalMinor: input.amountMinor,
          reason: input.reason,
        });
        return tasks.get(id);
      }),
    }),
  };
}

const withForeign = (own: ShiftTotals): ShiftTotals => ({
  ...own,
  sell: {
    ...own.sell,
    count: own.sell.count + 1,
    totalMinor: own.sell.totalMinor + FOREIGN_MINOR,
    cashMinor: own.sell.cashMinor + FOREIGN_MINOR,
  },
  cashOut: { count: own.cashOut.count + 1, totalMinor: own.cashOut.totalMinor + FOREIGN_OUT_MINOR },
});

const CAUSES: DifferenceCause[] = [
  { kind: 'foreign_document', fiscalDocumentNumber: 1045, receiptKind: 'sell', totalMinor: FOREIGN_MINOR },
  { kind: 'foreign_cash', direction: 'out', count: 1, totalMinor: FOREIGN_OUT_MINOR },
];

function differencesOf(own: ShiftTotals, theirs: ShiftTotals): ShiftDifference[] {
  const found: ShiftDifference[] = [];
  for (const row of ['sell', 'sellReturn', 'cashIn', 'cashOut'] as const) {
    for (const measure of ['count', 'totalMinor', 'cashMinor', 'cardMinor'] as const) {
      const [ours, register] = [valueOf(own[row], measure), valueOf(theirs[row], measure)];
      if (ours !== register) found.push({ row, measure, ledger: ours, register });
    }
  }
  return found;
}

const valueOf = (row: Readonly<Record<string, number>>, measure: string): number => row[measure] ?? 0;
