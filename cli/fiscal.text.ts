/** Fiscal answers as a person reads them in a terminal. */
import type { ShiftReport } from '#shared/fiscal/shift.schema.ts';
import { minorToDecimal } from '#shared/kernel/money.ts';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import type { FiscalTaskView, RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { table } from './terminal.ts';

const HOUR = 3_600_000;
const money = (minor: number): string => minorToDecimal(minor);
const moment = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 19);

const pairs = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([name, value]) => `  ${name.padEnd(16)} ${value}`).join('\n');

export function statusText({
  registers,
  sync,
}: {
  readonly registers: readonly RegisterView[];
  readonly sync: SyncStatus;
}): string {
  const blocks = registers.map((register) => {
    const { shift } = register;
    const left = shift.leftMs === undefined ? '' : `, ${(shift.leftMs / HOUR).toFixed(1)} h left`;
    return [
      `${register.id ?? 'no register'}${register.isMain ? ' (main)' : ''}: ${register.state}`,
      pairs([
        ...(register.reason === undefined ? [] : [['reason', register.reason] as const]),
        ['address', register.address === undefined ? 'none' : `${register.address.ip}:${register.address.port}`],
        ['model', register.model ?? 'unknown'],
        ['serial number', register.kktSerial ?? 'unknown'],
        ['fiscal memory', register.fnNumber ?? 'unknown'],
        ['driver', register.driverVersion ?? 'unknown'],
        ['shift', `${shift.state}, number ${shift.number}${left}`],
        ['cash', money(register.cashMinor)],
        ['unsent to OFD', String(register.unsentDocuments)],
        ['paper', register.paperPresent ? 'present' : 'none'],
        ['queue', `${register.queued} waiting, ${register.failed} failed`],
        ...(register.unknownTaskId === undefined ? [] : [['unknown outcome', register.unknownTaskId] as const]),
      ]),
    ].join('\n');
  });
  const link = `server: ${sync.state} since ${moment(sync.since)} UTC, ${sync.unsent} changes unsent`;
  return [...(blocks.length === 0 ? ['this device drives no register'] : blocks), link].join('\n\n');
}

export function taskText(task: FiscalTaskView): string {
  const { document, error } = task;
  return [
    `${task.id} ${task.type}: ${task.state}`,
    pairs([
      ['total', money(task.totalMinor)],
      ['operator', task.operatorName],
      ...(document === undefined
        ? []
        : ([
            ['document', `FD ${document.fiscalDocumentNumber}, FP ${document.fiscalSign}, FN ${document.fnNumber}`],
            ['shift', String(document.shiftNumber)],
          ] as const)),
      ...(error === undefined ? [] : [['error', `${error.text} (${error.driverCode})`] as const]),
      ...(task.notPrintedSaidBy === undefined ? [] : [['said not printed', task.notPrintedSaidBy] as const]),
    ]),
  ].join('\n');
}

export const tasksText = (tasks: readonly FiscalTaskView[]): string =>
  tasks.length === 0
    ? 'no tasks'
    : table(
        ['task', 'type', 'state', 'total', 'FD', 'created (UTC)', 'operator', 'error'],
        tasks.map((task) => [
          task.id,
          task.type,
          task.state,
          money(task.totalMinor),
          String(task.document?.fiscalDocumentNumber ?? ''),
          moment(task.createdAt),
          task.operatorName,
          task.error?.text ?? '',
        ]),
      );

export function reportText(report: ShiftReport): string {
  const rows = (['sell', 'sellReturn', 'cashIn', 'cashOut'] as const).map((row) => [
    row,
    String(report.ledger[row].count),
    money(report.ledger[row].totalMinor),
    String(report.register[row].count),
    money(report.register[row].totalMinor),
  ]);
  return [
    `${report.kind.toUpperCase()} report of shift ${report.shiftNumber}, register ${report.kktSerial}`,
    table(['', 'ours', 'sum', "register's", 'sum'], rows),
    `in the drawer: ${money(report.drawerMinor)}`,
    report.differences.length === 0
      ? 'the records agree with the register'
      : `the records do not agree with the register:\n${report.causes.map((cause) => `  ${JSON.stringify(cause)}`).join('\n')}`,
  ].join('\n');
}
