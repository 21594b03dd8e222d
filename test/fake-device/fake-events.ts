/** A log worth reading, so that the events screen has something to show. */
import type { LogEvent } from '#shared/rpc/device.contract.ts';

type Line = readonly [LogEvent['level'], string, string | undefined, Record<string, unknown>];

const LINES: readonly Line[] = [
  ['info', 'device started', undefined, { mode: 'cashier', version: '0.1.0' }],
  ['info', 'signed in', undefined, { memberId: '01930000-0000-7000-8000-000000000201', role: 'cashier' }],
  ['info', 'sale made', undefined, { number: 'C-0412', totalMinor: 794_700 }],
  ['warn', 'a fiscal command ended without an answer', undefined, { driverCode: 2, taskId: '01930000' }],
  ['error', 'the outcome of a fiscal task is unknown: the queue waits', 'FISCAL_UNCERTAIN', { taskId: '01930000' }],
  ['warn', 'a person settles an unknown receipt', 'FISCAL_RESOLVED_BY_HAND', { verdict: 'printed', by: 'Иванов И.' }],
  ['info', 'an expired shift was closed before a receipt', 'SHIFT_EXPIRED_REOPENED', { taskId: '01930001' }],
  ['info', 'the link with the server changed', undefined, { from: 'online', to: 'offline' }],
  ['warn', 'a wrong PIN', undefined, { memberId: '01930000', failures: 2 }],
  ['info', 'approval given', 'APPROVAL_GIVEN', { action: 'cash_out', memberId: '01930000' }],
  ['warn', 'the register address of a task is not the one that is set', 'FISCAL_KKT_ADDRESS_MISMATCH', { task: 'x' }],
];
const LEVELS: readonly LogEvent['level'][] = ['debug', 'info', 'warn', 'error'];

/** One comes so often. */
const EVERY_MS = 47_000;

/** The last `limit` entries at or above a level, newest first. An entry stays what it was when the next one comes. */
export function fakeEvents(now: number, limit: number, level: LogEvent['level']): LogEvent[] {
  const last = Math.floor(now / EVERY_MS);
  return Array.from({ length: 600 }, (_, index) => {
    const [of, message, event, fields] = LINES[(last - index) % LINES.length] ?? ['info', '', undefined, {}];
    return {
      time: new Date((last - index) * EVERY_MS).toISOString(),
      level: of,
      message,
      ...(event === undefined ? {} : { event }),
      fields,
    };
  })
    .filter((one) => LEVELS.indexOf(one.level) >= LEVELS.indexOf(level))
    .slice(0, limit);
}
