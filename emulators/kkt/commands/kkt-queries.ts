/** query_data: what the register says of itself. */
import { DocumentType, DriverError, Ffd, KktData, Param, ShiftState } from '#main/domains/fiscal/fptr/constants.ts';
import { type Device, shiftEndsAt, shiftState } from '../device.ts';
import { KktError } from '../kkt-error.ts';
import { isIncoming, type Total } from '../model.ts';
import type { Inputs, Outputs } from '../params.ts';
import { changeOf, remainderOf, totalOf } from '../receipt.ts';
import type { Commands } from './command.ts';

type Query = (device: Device, out: Outputs, inputs: Inputs) => void;

const MODEL_ATOL_27F = 87;
const MODEL_NAME = 'АТОЛ 27Ф (эмулятор)';
const LINE_LENGTH = 42;

const SHIFT_STATES = {
  closed: ShiftState.CLOSED,
  opened: ShiftState.OPENED,
  expired: ShiftState.EXPIRED,
} as const;

const DOCUMENT_TYPES: ReadonlyMap<number, number> = new Map([
  [1, DocumentType.RECEIPT_SELL],
  [2, DocumentType.RECEIPT_SELL_RETURN],
  [4, DocumentType.RECEIPT_BUY],
  [5, DocumentType.RECEIPT_BUY_RETURN],
]);

function paperFlags(device: Device, out: Outputs): void {
  out.flag(Param.RECEIPT_PAPER_PRESENT, device.store.head().paper);
  out.flag(Param.PAPER_NEAR_END, false);
  out.flag(Param.COVER_OPENED, false);
  out.flag(Param.CASHDRAWER_OPENED, false);
}

function status(device: Device, out: Outputs): void {
  const { shift, identity, operations } = device.store.head();
  const { receipt } = device;
  out.int(Param.OPERATOR_ID, 1);
  out.int(Param.LOGICAL_NUMBER, 1);
  out.int(Param.SHIFT_STATE, SHIFT_STATES[shiftState(device)]);
  out.int(Param.MODEL, MODEL_ATOL_27F);
  out.int(Param.MODE, 1);
  out.int(Param.SUBMODE, 0);
  out.int(Param.RECEIPT_NUMBER, shift.receipts);
  // The register's own counter; whoever takes it for the number of a fiscal document is wrong here as on the device.
  out.int(Param.DOCUMENT_NUMBER, operations);
  out.int(Param.SHIFT_NUMBER, shift.number);
  out.int(Param.RECEIPT_TYPE, receipt?.type ?? 0);
  out.int(Param.DOCUMENT_TYPE, DOCUMENT_TYPES.get(receipt?.type ?? 0) ?? DocumentType.CLOSED);
  out.int(Param.RECEIPT_LINE_LENGTH, LINE_LENGTH);
  out.money(Param.RECEIPT_SUM, receipt === undefined ? 0 : totalOf(receipt));
  for (const id of [Param.FISCAL, Param.FN_FISCAL, Param.FN_PRESENT]) out.flag(id, true);
  for (const id of [
    Param.INVALID_FN,
    Param.PRINTER_CONNECTION_LOST,
    Param.PRINTER_ERROR,
    Param.CUT_ERROR,
    Param.PRINTER_OVERHEAT,
    Param.BLOCKED,
  ]) {
    out.flag(id, false);
  }
  paperFlags(device, out);
  out.time(Param.DATE_TIME, device.wall());
  out.text(Param.SERIAL_NUMBER, identity.kktSerial);
  out.text(Param.MODEL_NAME, MODEL_NAME);
  out.text(Param.UNIT_VERSION, '5.8.100');
}

function shiftQuery(device: Device, out: Outputs): void {
  out.int(Param.SHIFT_STATE, SHIFT_STATES[shiftState(device)]);
  out.int(Param.SHIFT_NUMBER, device.store.head().shift.number);
  out.time(Param.DATE_TIME, shiftEndsAt(device));
}

function receiptQuery(device: Device, out: Outputs): void {
  const { receipt } = device;
  const head = device.store.head();
  out.int(Param.RECEIPT_TYPE, receipt?.type ?? 0);
  out.int(Param.RECEIPT_NUMBER, head.shift.receipts + (receipt === undefined ? 0 : 1));
  out.int(Param.DOCUMENT_NUMBER, head.operations);
  out.money(Param.RECEIPT_SUM, receipt === undefined ? 0 : totalOf(receipt));
  out.money(Param.REMAINDER, receipt === undefined ? 0 : remainderOf(receipt));
  out.money(Param.CHANGE, receipt === undefined ? 0 : changeOf(receipt));
}

const sumOf = (total: Total | undefined): number => total?.sumMinor ?? 0;

const QUERIES: ReadonlyMap<number, Query> = new Map<number, Query>([
  [KktData.STATUS, status],
  [KktData.SHORT_STATUS, paperFlags],
  [KktData.SHIFT_STATE, shiftQuery],
  [KktData.RECEIPT_STATE, receiptQuery],
  [KktData.DATE_TIME, (device, out) => out.time(Param.DATE_TIME, device.wall())],
  [KktData.SERIAL_NUMBER, (device, out) => out.text(Param.SERIAL_NUMBER, device.store.head().identity.kktSerial)],
  [KktData.RECEIPT_LINE_LENGTH, (_device, out) => out.int(Param.RECEIPT_LINE_LENGTH, LINE_LENGTH)],
  [
    KktData.MODEL_INFO,
    (_device, out) => {
      out.int(Param.MODEL, MODEL_ATOL_27F);
      out.text(Param.MODEL_NAME, MODEL_NAME);
      out.text(Param.UNIT_VERSION, '5.8.100');
    },
  ],
  [KktData.CASH_SUM, (device, out) => out.money(Param.SUM, device.store.head().cashMinor)],
  [
    KktData.PAYMENT_SUM,
    (device, out, inputs) => {
      const key = `${inputs.needNumber(Param.RECEIPT_TYPE)}:${inputs.needNumber(Param.PAYMENT_TYPE)}`;
      out.money(Param.SUM, sumOf(device.store.head().counters.payments[key]));
    },
  ],
  [
    KktData.RECEIPT_COUNT,
    (device, out, inputs) => {
      const total = device.store.head().counters.receipts[inputs.needNumber(Param.RECEIPT_TYPE)];
      out.int(Param.DOCUMENTS_COUNT, total?.count ?? 0);
      out.money(Param.SUM, sumOf(total));
    },
  ],
  [KktData.CASHIN_SUM, (device, out) => out.money(Param.SUM, device.store.head().counters.cashIn.sumMinor)],
  [KktData.CASHIN_COUNT, (device, out) => out.int(Param.DOCUMENTS_COUNT, device.store.head().counters.cashIn.count)],
  [KktData.CASHOUT_SUM, (device, out) => out.money(Param.SUM, device.store.head().counters.cashOut.sumMinor)],
  [KktData.CASHOUT_COUNT, (device, out) => out.int(Param.DOCUMENTS_COUNT, device.store.head().counters.cashOut.count)],
  [
    KktData.REVENUE,
    (device, out) => {
      const receipts = Object.entries(device.store.head().counters.receipts);
      out.double(
        Param.SUM,
        receipts.reduce(
          (sum, [type, total]) => sum + (isIncoming(Number(type)) ? total.sumMinor : -total.sumMinor),
          0,
        ) / 100,
      );
    },
  ],
  [
    KktData.CACHE_REQUISITES,
    (device, out) => {
      const { identity } = device.store.head();
      out.text(Param.FN_SERIAL_NUMBER, identity.fnSerial);
      out.text(Param.ECR_REGISTRATION_NUMBER, identity.registrationNumber);
      out.text(Param.OFD_VATIN, '7709364346');
      out.text(Param.FNS_URL, 'www.nalog.gov.ru');
      out.int(Param.FFD_VERSION, Ffd['1_2']);
      out.text(Param.MACHINE_NUMBER, '');
    },
  ],
]);

export const kktQueryCommands: Commands = {
  query_data: (device, inputs, out) => {
    const query = QUERIES.get(inputs.needNumber(Param.DATA_TYPE));
    if (query === undefined) throw new KktError(DriverError.NOT_SUPPORTED);
    query(device, out, inputs);
  },
};
