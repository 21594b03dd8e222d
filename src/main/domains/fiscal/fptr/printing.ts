/** Paper that makes no document: copies and plain text. */
import { Param, ReportType } from './constants.ts';
import { int, str } from './fptr-param.ts';
import type { FptrCalls } from './session.ts';

export async function printCopy({ call }: FptrCalls, fiscalDocumentNumber: number): Promise<void> {
  await call('report', [
    int(Param.REPORT_TYPE, ReportType.FN_DOC_BY_NUMBER),
    int(Param.DOCUMENT_NUMBER, fiscalDocumentNumber),
  ]);
}

export async function printText({ call, attempt }: FptrCalls, lines: readonly string[]): Promise<void> {
  await call('begin_nonfiscal_document');
  try {
    for (const line of lines) await call('print_text', [str(Param.TEXT, line)]);
  } finally {
    // Whatever happened to the lines, an open document would stand in the way of the next receipt.
    await attempt('end_nonfiscal_document');
  }
}
