/** Shifts, reports, cash in and out, and who is at work. */
import { DriverError, Param, ReportType } from '#main/domains/fiscal/fptr/constants.ts';
import {
  assertMayBegin,
  type Device,
  ensureShift,
  makeDocument,
  operatorTlvs,
  print,
  printNotice,
  shiftState,
  writeAndPrint,
} from '../device.ts';
import { KktError } from '../kkt-error.ts';
import { applyCash, type FnDocument } from '../model.ts';
import type { Inputs, Outputs } from '../params.ts';
import { counterLines, layoutCash, layoutDocument } from '../tape-layout.ts';
import type { Commands } from './command.ts';

function operatorLogin(device: Device, inputs: Inputs): void {
  const name = inputs.needText(1021).trim();
  if (name === '' || name.length > 64) throw new KktError(DriverError.FISCAL_PROPERTY_WRITE);
  device.operator = { name, vatin: (inputs.text(1203) ?? '').trim() };
}

function openShift(device: Device, _inputs: Inputs, _out: Outputs, method: string): void {
  const operator = assertMayBegin(device, method);
  if (shiftState(device) !== 'closed') throw new KktError(DriverError.DENIED_IN_OPENED_SHIFT);
  ensureShift(device, operator, method);
}

function closeShift(device: Device, method: string): void {
  const operator = assertMayBegin(device, method);
  const { shift, counters, cashMinor } = device.store.head();
  if (!shift.open) throw new KktError(DriverError.DENIED_IN_CLOSED_SHIFT);
  const tlvs = [
    ...operatorTlvs(operator),
    { tag: 1118, value: shift.receipts },
    { tag: 1111, value: counters.documents + 1 },
  ];
  const totals = { counters, cashMinor };
  makeDocument(device, { kind: 'close_shift', shift: shift.number, totalMinor: 0, payments: [], tlvs, totals }, method);
}

function printX(device: Device): void {
  const { counters, cashMinor, paper } = device.store.head();
  if (device.receipt !== undefined) throw new KktError(DriverError.DENIED_IN_OPENED_RECEIPT);
  if (!paper) throw new KktError(DriverError.NO_PAPER);
  printNotice(device, 'ОТЧЕТ БЕЗ ГАШЕНИЯ (X)', counterLines(counters, cashMinor));
}

function printCopy(device: Device, document: FnDocument | undefined): void {
  if (document === undefined) throw new KktError(DriverError.FN_NO_MORE_DATA);
  const head = device.store.head();
  if (!head.paper) throw new KktError(DriverError.NO_PAPER);
  const layout = layoutDocument(document, head.identity);
  print(device, { ...layout, lines: ['КОПИЯ ДОКУМЕНТА', ...layout.lines] });
}

function report(device: Device, inputs: Inputs, _out: Outputs, method: string): void {
  switch (inputs.needNumber(Param.REPORT_TYPE)) {
    case ReportType.CLOSE_SHIFT:
      return closeShift(device, method);
    case ReportType.X:
      return printX(device);
    case ReportType.LAST_DOCUMENT:
      return printCopy(device, device.store.documents().at(-1));
    case ReportType.FN_DOC_BY_NUMBER:
      return printCopy(device, device.store.document(inputs.needNumber(Param.DOCUMENT_NUMBER)));
    default:
      throw new KktError(DriverError.NOT_SUPPORTED);
  }
}

function moveCash(device: Device, inputs: Inputs, out: Outputs, method: string, sign: 1 | -1): void {
  out.flag(Param.SHIFT_AUTO_OPENED, false);
  const operator = assertMayBegin(device, method);
  const minor = inputs.needMinor(Param.SUM);
  if (minor === 0) throw new KktError(DriverError.INVALID_SUM);
  if (sign < 0 && minor > device.store.head().cashMinor) throw new KktError(DriverError.NO_CASH);
  if (ensureShift(device, operator, method)) out.flag(Param.SHIFT_AUTO_OPENED, true);
  const layout = layoutCash(device.store.head().identity, device.wall(), sign > 0, minor);
  writeAndPrint(device, method, {
    write: () => device.store.update((head) => applyCash(head, sign * minor, layout)),
    layout: () => layout,
  });
  out.money(Param.SUM, device.store.head().cashMinor);
}

export const shiftCommands: Commands = {
  operator_login: operatorLogin,
  open_shift: openShift,
  report,
  cash_income: (device, inputs, out, method) => moveCash(device, inputs, out, method, 1),
  cash_outcome: (device, inputs, out, method) => moveCash(device, inputs, out, method, -1),
};
