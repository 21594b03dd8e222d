/** Tasks as the screens see them. */
import type { FiscalTaskView, RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { FiscalTaskRow } from './fiscal.repo.ts';

export function toTaskView(row: FiscalTaskRow): FiscalTaskView {
  const { task } = row;
  return {
    id: row.id,
    registerId: row.registerId,
    type: task.type,
    origin: row.origin,
    state: row.state,
    attempts: row.attempts,
    totalMinor: task.receipt?.totalMinor ?? task.cash?.amountMinor ?? 0,
    operatorName: task.operator.name,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(task.orderId === undefined ? {} : { orderId: task.orderId }),
    ...(task.cash === undefined ? {} : { reason: task.cash.reason }),
    ...(row.document === null ? {} : { document: row.document }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.baseline === null ? {} : { baselineDocumentNumber: row.baseline.lastDocumentNumber }),
    ...(row.saidNotPrintedBy === null ? {} : { notPrintedSaidBy: row.saidNotPrintedBy }),
  };
}

/** What the shift bar shows of a device that drives no register. */
export const noRegister = (reason: string | undefined, since: number): RegisterView => ({
  isMain: true,
  state: 'not_configured',
  since,
  shift: { state: 'unknown', number: 0 },
  cashMinor: 0,
  unsentDocuments: 0,
  paperPresent: true,
  paperNearEnd: false,
  queued: 0,
  failed: 0,
  ...(reason === undefined ? {} : { reason }),
});
