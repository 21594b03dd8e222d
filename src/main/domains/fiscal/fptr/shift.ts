/** Opening and closing a shift, and the X report. */
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import type { RegisterOutcome, ShiftRequest } from '../fiscal.register.ts';
import { Param, ReportType } from './constants.ts';
import { findDocument, readLastDocument } from './documents.ts';
import { finishDocument } from './finish.ts';
import { FptrError } from './fptr-error.ts';
import { int } from './fptr-param.ts';
import { notClosed } from './outcome.ts';
import { cancelOpenReceipt, logIn } from './preparation.ts';
import type { PrintContext } from './receipt.ts';
import type { FptrCalls } from './session.ts';

async function prepare(calls: FptrCalls, operator: Operator): Promise<number> {
  await cancelOpenReceipt(calls);
  await logIn(calls, operator);
  return (await readLastDocument(calls)).fiscalDocumentNumber;
}

async function changeShift(
  calls: FptrCalls,
  { operator }: ShiftRequest,
  { check, timeZone }: PrintContext,
  kind: 'open_shift' | 'close_shift',
): Promise<RegisterOutcome> {
  let baseline: number;
  try {
    baseline = await prepare(calls, operator);
  } catch (error) {
    if (error instanceof FptrError) return notClosed(error);
    throw error;
  }
  return finishDocument(calls, {
    // The driver has no close_shift: closing is one of its reports.
    ...(kind === 'open_shift'
      ? { method: 'open_shift' }
      : { method: 'report', params: [int(Param.REPORT_TYPE, ReportType.CLOSE_SHIFT)] }),
    baseline,
    find: async () => {
      const { fiscalDocumentNumber } = await readLastDocument(calls);
      const made = await findDocument(calls, fiscalDocumentNumber);
      return made?.kind === kind ? made : undefined;
    },
    shiftAutoOpened: false,
    check,
    timeZone,
  });
}

export const openShift = (calls: FptrCalls, request: ShiftRequest, context: PrintContext): Promise<RegisterOutcome> =>
  changeShift(calls, request, context, 'open_shift');

export const closeShift = (calls: FptrCalls, request: ShiftRequest, context: PrintContext): Promise<RegisterOutcome> =>
  changeShift(calls, request, context, 'close_shift');

export async function printXReport(calls: FptrCalls, operator: Operator): Promise<void> {
  await cancelOpenReceipt(calls);
  await logIn(calls, operator);
  await calls.call('report', [int(Param.REPORT_TYPE, ReportType.X)]);
}
