import type { FiscalRecord, FiscalState } from '#shared/fiscal/fiscal.schema.ts';
import { unreachable } from '#shared/kernel/errors.ts';
import type { Writer } from '#shared/sync/scopes.ts';
import type { FiscalTaskRow } from './fiscal.repo.ts';

/** How other sides see the state of a task here. A document in the fiscal memory is `done`, printed or not. */
function statusOf(state: FiscalState): FiscalRecord['status'] {
  switch (state) {
    case 'queued':
      return 'queued';
    case 'claimed':
    case 'baseline':
    case 'sending':
    case 'not_closed':
      return 'in_progress';
    case 'closed':
    case 'printed':
    case 'reported':
      return 'done';
    case 'failed':
      return 'error';
    case 'unknown':
      return 'unknown';
    default:
      return unreachable(state);
  }
}

/** The record of a task that goes to the shop's other devices and to headquarters. */
export function toRecord(row: FiscalTaskRow, writer: Writer): FiscalRecord {
  const { task } = row;
  return {
    id: row.id,
    type: task.type,
    fiscalDeviceId: task.fiscalDeviceId,
    deviceId: writer.deviceId,
    shopId: writer.shopId,
    status: statusOf(row.state),
    totalMinor: task.receipt?.totalMinor ?? task.cash?.amountMinor ?? 0,
    operator: task.operator,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(task.orderId === undefined ? {} : { orderId: task.orderId }),
    ...(task.cash === undefined ? {} : { reason: task.cash.reason }),
    ...(row.document === null ? {} : { document: row.document }),
    ...(row.error === null ? {} : { errorText: row.error.text.slice(0, 500) }),
  };
}
