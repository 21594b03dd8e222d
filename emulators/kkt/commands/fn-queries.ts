/** fn_query_data: what the fiscal memory says. */
import { DriverError, Ffd, FnData, FnDocument, FnState, Param } from '#main/domains/fiscal/fptr/constants.ts';
import type { Device } from '../device.ts';
import { KktError } from '../kkt-error.ts';
import type { DocumentKind, FnDocument as Written } from '../model.ts';
import type { Inputs, Outputs } from '../params.ts';
import { wallOfSeconds } from '../wall-time.ts';
import type { Commands } from './command.ts';

type Query = (device: Device, out: Outputs, inputs: Inputs) => void;

const FN_KINDS: Readonly<Record<DocumentKind, number>> = {
  open_shift: FnDocument.OPEN_SHIFT,
  receipt: FnDocument.RECEIPT,
  close_shift: FnDocument.CLOSE_SHIFT,
};
export const fnKind = (document: Written): number => FN_KINDS[document.kind];

/** Error 123 when the memory has no such document. */
export function documentOf(device: Device, number: number): Written {
  const document = device.store.document(number);
  if (document === undefined) throw new KktError(DriverError.FN_NO_MORE_DATA);
  return document;
}

function describe(document: Written, out: Outputs): void {
  out.int(Param.DOCUMENT_NUMBER, document.number);
  out.text(Param.FISCAL_SIGN, document.sign);
  out.time(Param.DATE_TIME, document.wall);
}

function lastReceipt(device: Device, out: Outputs): void {
  const document = device.store.documents().findLast((each) => each.kind === 'receipt');
  if (document === undefined) throw new KktError(DriverError.FN_NO_MORE_DATA);
  describe(document, out);
  out.money(Param.RECEIPT_SUM, document.totalMinor);
  out.int(Param.RECEIPT_TYPE, document.receiptType ?? 0);
}

function lastDocument(device: Device, out: Outputs): void {
  const document = device.store.documents().at(-1);
  if (document !== undefined) return describe(document, out);
  out.int(Param.DOCUMENT_NUMBER, 0);
  out.text(Param.FISCAL_SIGN, '');
  out.time(Param.DATE_TIME, device.wall());
}

function documentByNumber(device: Device, out: Outputs, inputs: Inputs): void {
  const document = documentOf(device, inputs.needNumber(Param.DOCUMENT_NUMBER));
  describe(document, out);
  out.int(Param.FN_DOCUMENT_TYPE, fnKind(document));
  out.flag(Param.HAS_OFD_TICKET, document.number <= device.store.head().lastSent);
  if (document.kind === 'receipt') {
    out.money(1020, document.totalMinor);
    out.int(Param.RECEIPT_TYPE, document.receiptType ?? 0);
  } else {
    out.int(Param.SHIFT_NUMBER, document.shift);
  }
}

function registrationTag(device: Device, tag: number, out: Outputs): void {
  const { identity } = device.store.head();
  const texts = new Map([
    // Fixed-width in the fiscal memory: padded with spaces, and whoever reads them has to trim.
    [1037, identity.registrationNumber.padEnd(20)],
    [1018, identity.vatin.padEnd(12)],
    [1041, identity.fnSerial],
    [1048, identity.organisation],
    [1009, identity.address],
    [1187, identity.place],
    [1060, 'www.nalog.gov.ru'],
  ]);
  const text = texts.get(tag);
  if (text !== undefined) return out.text(Param.TAG_VALUE, text);
  if (tag === 1062) return out.int(Param.TAG_VALUE, 1 | 2 | 4 | 16 | 32);
  throw new KktError(DriverError.FN_NO_MORE_DATA);
}

function exchangeStatus(device: Device, out: Outputs): void {
  const { lastSent, lastDocument: last } = device.store.head();
  const first = device.store.document(lastSent + 1);
  out.int(Param.DOCUMENTS_COUNT, last - lastSent);
  out.int(Param.DOCUMENT_NUMBER, first?.number ?? 0);
  out.time(Param.DATE_TIME, first?.wall ?? wallOfSeconds(0));
  out.int(Param.OFD_EXCHANGE_STATUS, first === undefined ? 0 : 2);
  out.flag(Param.OFD_MESSAGE_READ, false);
}

function fnInfo(device: Device, out: Outputs): void {
  out.text(Param.SERIAL_NUMBER, device.store.head().identity.fnSerial);
  out.text(Param.FN_VERSION, 'fn debug v 2.3');
  out.int(Param.FN_STATE, FnState.FISCAL_MODE);
  for (const id of [
    Param.FN_NEED_REPLACEMENT,
    Param.FN_RESOURCE_EXHAUSTED,
    Param.FN_MEMORY_OVERFLOW,
    Param.FN_OFD_TIMEOUT,
    Param.FN_CRITICAL_ERROR,
  ]) {
    out.flag(id, false);
  }
}

/** Fifteen months from now: the emulated memory never runs out of its time. */
function validity(device: Device, out: Outputs): void {
  out.time(Param.DATE_TIME, device.wallAt(device.now() + 455 * 24 * 60 * 60 * 1000));
  out.int(Param.REGISTRATIONS_REMAIN, 29);
  out.int(Param.REGISTRATIONS_COUNT, 1);
}

const QUERIES: ReadonlyMap<number, Query> = new Map<number, Query>([
  [FnData.LAST_DOCUMENT, lastDocument],
  [FnData.LAST_RECEIPT, lastReceipt],
  [FnData.DOCUMENT_BY_NUMBER, documentByNumber],
  [
    FnData.SHIFT,
    (device, out) => {
      const { shift } = device.store.head();
      out.int(Param.SHIFT_NUMBER, shift.number);
      out.int(Param.RECEIPT_NUMBER, shift.receipts);
    },
  ],
  [
    FnData.DOCUMENTS_COUNT_IN_SHIFT,
    (device, out) => out.int(Param.DOCUMENTS_COUNT, device.store.head().counters.documents),
  ],
  [FnData.FN_INFO, fnInfo],
  [FnData.TAG_VALUE, (device, out, inputs) => registrationTag(device, inputs.needNumber(Param.TAG_NUMBER), out)],
  [
    FnData.REG_INFO,
    (device, out) => {
      const { identity } = device.store.head();
      out.text(1037, identity.registrationNumber.padEnd(20));
      out.text(1018, identity.vatin.padEnd(12));
      out.text(1048, identity.organisation);
      out.text(1009, identity.address);
      out.text(1187, identity.place);
      out.int(1062, 1 | 2 | 4 | 16 | 32);
    },
  ],
  [
    FnData.FFD_VERSIONS,
    (_device, out) => {
      for (const id of [Param.DEVICE_FFD_VERSION, Param.FN_FFD_VERSION, Param.FFD_VERSION]) out.int(id, Ffd['1_2']);
    },
  ],
  [FnData.OFD_EXCHANGE_STATUS, exchangeStatus],
  [FnData.VALIDITY, validity],
  [FnData.VALIDITY_DAYS, (_device, out) => out.int(Param.FN_DAYS_REMAIN, 455)],
]);

export const fnQueryCommands: Commands = {
  fn_query_data: (device, inputs, out) => {
    const query = QUERIES.get(inputs.needNumber(Param.FN_DATA_TYPE));
    if (query === undefined) throw new KktError(DriverError.NOT_SUPPORTED);
    query(device, out, inputs);
  },
};
