/** Pure decisions about shifts: their reports, and counted cash. */
import type { FiscalDocument, FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import type { CashCount, DenominationCount, ShiftReading, ShiftReport } from '#shared/fiscal/shift.schema.ts';
import { sumMinor } from '#shared/kernel/money.ts';
import type { Writer } from '#shared/sync/scopes.ts';

/** The Z report of a `close_shift` task. Its id is the task's: one close, one report. */
export const toReport = (
  { id, registerId, task }: { readonly id: string; readonly registerId: string; readonly task: FiscalTask },
  reading: ShiftReading,
  rest: {
    readonly document: FiscalDocument;
    readonly writer: Writer;
    readonly counts: CashCount[];
    readonly at: number;
  },
): ShiftReport => ({
  ...reading,
  id,
  kind: 'z',
  fiscalDeviceId: registerId,
  shopId: rest.writer.shopId,
  deviceId: rest.writer.deviceId,
  at: rest.at,
  operatorName: task.operator.name,
  fiscalDocumentNumber: rest.document.fiscalDocumentNumber,
  fiscalSign: rest.document.fiscalSign,
  automatic: task.automatic === true,
  counts: rest.counts,
});

export const countedMinor = (denominations: readonly DenominationCount[]): number =>
  sumMinor(denominations.map(({ valueMinor, count }) => valueMinor * count));

/** A count that agrees, or that a supervisor has made again, may close a shift. */
export const isFinal = (count: CashCount): boolean =>
  count.recountOf !== undefined || count.countedMinor === count.expectedMinor;
