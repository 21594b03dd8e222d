/** The shift at the desk: opened, read, counted and closed; cash put in and taken out. */
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { StaffService } from '#main/domains/staff/staff.service.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import type { CashCount, DenominationCount, ShiftReport } from '#shared/fiscal/shift.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import type { CountReply } from '#shared/rpc/shift.contract.ts';
import { readShift } from './fiscal.reading.ts';
import { findTask } from './fiscal.repo.ts';
import type { RegisterRuntime } from './fiscal.runtime.ts';
import type { FiscalService } from './fiscal.service.ts';
import { toTaskView } from './fiscal.view.ts';
import { countedMinor, isFinal } from './shift.rules.ts';
import { reportLines } from './shift-report.print.ts';
import { findCount, findReport, insertCount, listReports } from './shift-reports.repo.ts';

export interface ShiftDeps {
  readonly sync: Pick<SyncPort, 'mutate' | 'writer' | 'wake'>;
  readonly fiscal: FiscalService;
  readonly staff: Pick<StaffService, 'operator' | 'requireApproval'>;
  /** IANA zone of the shop: printed reports show its wall time. */
  readonly timeZone: () => string;
}

export interface CountRequest {
  readonly registerId?: string | undefined;
  readonly id: string;
  readonly denominations: readonly DenominationCount[];
  readonly recountOf?: string | undefined;
  readonly approvalId?: string | undefined;
}

export interface CashMoveRequest {
  readonly registerId?: string | undefined;
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly amountMinor: number;
  readonly reason: string;
  readonly approvalId?: string | undefined;
}

/** Calls that reach the register throw as `RegisterRuntime.ask`; those that queue a task, as `FiscalService.request`. */
export interface ShiftService {
  open(registerId?: string): FiscalTaskView;
  /** Throws `fiscal.count_not_final` when the count named does not agree and nobody has recounted it. */
  close(request: { readonly registerId?: string | undefined; readonly countId?: string | undefined }): FiscalTaskView;
  /** On paper, kept and sent to headquarters. */
  xReport(registerId?: string): Promise<ShiftReport>;
  /** As it is now; kept nowhere. */
  reconcile(registerId?: string): Promise<ShiftReport>;
  reports(limit: number): ShiftReport[];
  /** Throws `fiscal.report_not_found`. */
  printReport(id: string): Promise<void>;
  /** Throws `staff.approval_required` for a recount, `fiscal.count_not_final` when there is nothing to recount. */
  countCash(request: CountRequest): Promise<CountReply>;
  /** Throws `fiscal.not_enough_cash`, `staff.approval_required`. The same id moves the cash once. */
  moveCash(request: CashMoveRequest): FiscalTaskView;
}

export function createShift(core: Core, { sync, fiscal, staff, timeZone }: ShiftDeps): ShiftService {
  const { db, now, newId, changes } = core;
  const log = core.log.child({ domain: 'shift' });

  const reading = (runtime: RegisterRuntime, print: boolean): Promise<ShiftReport> => {
    const operator = staff.operator();
    return runtime.askKnown(async (register, status) => {
      const read = await readShift(db, runtime.id, register, status);
      if (print) await register.printXReport(operator);
      const { shopId, deviceId } = sync.writer();
      return {
        ...read,
        id: newId(),
        kind: 'x',
        fiscalDeviceId: runtime.id,
        shopId,
        deviceId,
        at: now(),
        operatorName: operator.name,
        automatic: false,
        counts: [],
      };
    });
  };

  const request = (runtime: RegisterRuntime, type: 'open_shift' | 'close_shift'): FiscalTaskView =>
    fiscal.request({ id: newId(), type, fiscalDeviceId: runtime.id, operator: staff.operator() });

  /** Whom a recount is for, and that it may be made. */
  const firstCount = (
    tx: WriteTx,
    { recountOf, approvalId }: CountRequest,
    shiftNumber: number,
  ): string | undefined => {
    if (recountOf === undefined) return undefined;
    const first = findCount(tx, recountOf);
    if (first === undefined || first.shiftNumber !== shiftNumber || isFinal(first)) {
      throw new AppError('fiscal.count_not_final', 'there is no count of this shift to be made again');
    }
    const approver = staff.requireApproval({ action: 'cash_count', subject: recountOf, approvalId, tx });
    return approver.name;
  };

  return {
    open: (registerId) => request(fiscal.register(registerId), 'open_shift'),
    close({ registerId, countId }) {
      const runtime = fiscal.register(registerId);
      if (countId !== undefined) {
        const count = findCount(db, countId);
        if (count === undefined || !isFinal(count) || count.fiscalDeviceId !== runtime.id) {
          throw new AppError('fiscal.count_not_final', 'the count has not been brought to an end');
        }
      }
      return request(runtime, 'close_shift');
    },
    async xReport(registerId) {
      const report = await reading(fiscal.register(registerId), true);
      db.transaction((tx) => sync.mutate(tx, 'fiscal.shift_report', { report }), { behavior: 'immediate' });
      sync.wake();
      changes.emit({ collection: 'fiscal', ids: [report.id] });
      return report;
    },
    reconcile: (registerId) => reading(fiscal.register(registerId), false),
    reports: (limit) => listReports(db, limit),
    async printReport(id) {
      const report = findReport(db, id);
      if (report === undefined) throw new AppError('fiscal.report_not_found', `no report ${id}`);
      const { fiscalDocumentNumber, fnNumber } = report;
      await fiscal.register(report.fiscalDeviceId).askKnown(async (register, status) => {
        // A Z of the fiscal memory that is in the register now is printed from there: that is the document itself.
        if (fiscalDocumentNumber !== undefined && fnNumber === status.fnNumber) {
          await register.printCopy(fiscalDocumentNumber);
        }
        await register.printText(reportLines(report, timeZone()));
      });
    },
    async countCash(counting) {
      const runtime = fiscal.register(counting.registerId);
      const countedBy = staff.operator().name;
      return runtime.askKnown(async (register, status): Promise<CountReply> => {
        if (status.shiftState === 'closed') {
          throw new AppError('fiscal.shift_closed', 'the drawer is counted before its shift is closed');
        }
        const { drawerMinor } = await register.counters();
        const count = db.transaction(
          (tx): CashCount => {
            const known = findCount(tx, counting.id);
            if (known !== undefined) return known;
            const approvedBy = firstCount(tx, counting, status.shiftNumber);
            const made: CashCount = {
              id: counting.id,
              fiscalDeviceId: runtime.id,
              shiftNumber: status.shiftNumber,
              at: now(),
              countedBy: approvedBy ?? countedBy,
              denominations: counting.denominations.filter((line) => line.count > 0),
              countedMinor: countedMinor(counting.denominations),
              expectedMinor: drawerMinor,
              ...(counting.recountOf === undefined ? {} : { recountOf: counting.recountOf }),
            };
            insertCount(tx, made);
            const { id: subject, countedMinor: counted, expectedMinor } = made;
            recordStep(tx, {
              kind: 'audit',
              subject,
              step: 'CASH_COUNTED',
              details: { by: made.countedBy, counted, expected: expectedMinor, recountOf: made.recountOf },
              at: now(),
            });
            return made;
          },
          { behavior: 'immediate' },
        );
        if (count.countedMinor === count.expectedMinor) return { result: 'agrees', count };
        log.warn('the drawer does not hold what it should', {
          event: 'CASH_COUNT_DIFFERS',
          shift: count.shiftNumber,
          differenceMinor: count.countedMinor - count.expectedMinor,
          isRecount: count.recountOf !== undefined,
        });
        return count.recountOf === undefined
          ? { result: 'recount_needed', id: count.id }
          : { result: 'differs', count };
      });
    },
    moveCash({ registerId, id, direction, amountMinor, reason, approvalId }) {
      const known = findTask(db, id);
      if (known !== undefined) return toTaskView(known);
      const runtime = fiscal.register(registerId);
      if (direction === 'out') {
        const { cashMinor, state } = runtime.view();
        if (state === 'ready' && amountMinor > cashMinor) {
          throw new AppError('fiscal.not_enough_cash', `the drawer holds ${cashMinor}`, { details: { cashMinor } });
        }
      }
      const task: FiscalTask = {
        id,
        type: direction === 'in' ? 'cash_in' : 'cash_out',
        fiscalDeviceId: runtime.id,
        operator: staff.operator(),
        cash: { amountMinor, reason },
      };
      return fiscal.request(task, (tx) => {
        if (direction === 'in') return;
        staff.requireApproval({ action: 'cash_out', subject: id, approvalId, tx, facts: { amountMinor, reason } });
      });
    },
  };
}
