/** Making a receipt, from open_receipt to close_receipt. */
import { DriverError, Param, PaymentType, ReceiptType, Taxation } from '#main/domains/fiscal/fptr/constants.ts';
import { lineTotal } from '#shared/kernel/money.ts';
import {
  assertMayBegin,
  type Device,
  ensureShift,
  makeDocument,
  operationTag,
  operatorTlvs,
  printNotice,
  shiftState,
} from '../device.ts';
import { KktError } from '../kkt-error.ts';
import { isIncoming } from '../model.ts';
import type { Inputs, Outputs } from '../params.ts';
import {
  addPayment,
  assertTax,
  changeOf,
  linesTotal,
  lineTlv,
  netPayments,
  type OpenReceipt,
  remainderOf,
  taxTlvs,
  totalOf,
} from '../receipt.ts';
import { decodeTlvs, type Tlv, tagInfo, tagText } from '../tags.ts';
import type { Commands } from './command.ts';

const RECEIPT_TYPES: readonly number[] = [
  ReceiptType.SELL,
  ReceiptType.SELL_RETURN,
  ReceiptType.BUY,
  ReceiptType.BUY_RETURN,
];
const TAXATIONS: readonly number[] = [
  Taxation.OSN,
  Taxation.USN_INCOME,
  Taxation.USN_INCOME_OUTCOME,
  Taxation.ESN,
  Taxation.PATENT,
];

function openReceiptOf(device: Device): OpenReceipt {
  if (device.receipt === undefined) throw new KktError(DriverError.DENIED_IN_CLOSED_RECEIPT);
  if (shiftState(device) === 'expired') throw new KktError(DriverError.SHIFT_EXPIRED);
  return device.receipt;
}

/** A string tag no longer than the format allows: error 148. */
function checkedText(tag: number, text: string): string {
  const { max } = tagInfo(tag);
  if (max !== undefined && text.length > max) {
    throw new KktError(DriverError.FISCAL_PROPERTY_WRITE, `Реквизит ${tag} длиннее ${max} символов`);
  }
  return text;
}

function openReceipt(device: Device, inputs: Inputs, out: Outputs, method: string): void {
  out.flag(Param.SHIFT_AUTO_OPENED, false);
  const operator = assertMayBegin(device, method);
  const type = inputs.needNumber(Param.RECEIPT_TYPE);
  if (!RECEIPT_TYPES.includes(type)) throw new KktError(DriverError.INVALID_RECEIPT_TYPE);
  const taxation = inputs.number(1055) || Taxation.OSN;
  if (!TAXATIONS.includes(taxation)) throw new KktError(DriverError.INVALID_TAXATION_TYPE);
  const contact = checkedText(1008, inputs.text(1008) ?? '');
  if (ensureShift(device, operator, method)) out.flag(Param.SHIFT_AUTO_OPENED, true);
  device.receipt = { type, taxation, contact, lines: [], payments: [], attributes: [] };
}

function registration(device: Device, inputs: Inputs): void {
  const receipt = openReceiptOf(device);
  if (receipt.payments.length > 0) throw new KktError(DriverError.DENIED_IN_OPENED_DOC);
  const priceMinor = inputs.needMinor(Param.PRICE);
  const quantityMilli = Math.round(inputs.needNumber(Param.QUANTITY) * 1000);
  if (quantityMilli <= 0) throw new KktError(DriverError.INVALID_QUANTITY);
  const full = lineTotal(priceMinor, quantityMilli);
  const sumMinor = inputs.has(Param.POSITION_SUM) ? inputs.needMinor(Param.POSITION_SUM) : full;
  // A kopeck of slack: the vendor's own rounding of price x quantity may differ by one.
  if (sumMinor > full + 1) throw new KktError(DriverError.INVALID_SUM);
  const tax = inputs.needNumber(Param.TAX_TYPE);
  assertTax(tax, device.version);
  const unit = inputs.number(2108) ?? inputs.number(Param.MEASUREMENT_UNIT);
  if (unit === undefined) throw new KktError(DriverError.NO_REQUIRED_FISCAL_PROPERTY);
  const line = {
    name: checkedText(1030, inputs.needText(Param.COMMODITY_NAME)),
    priceMinor,
    quantityMilli,
    sumMinor,
    tax,
    unit,
    paymentObject: inputs.number(1212) ?? 1,
    paymentMethod: inputs.number(1214) ?? 4,
  };
  device.receipt = { ...receipt, lines: [...receipt.lines, line] };
}

/** 1192 as it is, 1084 as the bytes of util_form_tlv. */
function writeAttributes(device: Device, inputs: Inputs): void {
  const receipt = openReceiptOf(device);
  const added = inputs.all.map((param): Tlv => {
    if (param.id === 1192 && param.type === 'string') {
      return { tag: 1192, value: checkedText(1192, param.value), notPrinted: param.notPrinted };
    }
    if (param.id === 1084 && param.type === 'bytes') {
      const inner = decodeTlvs(param.value);
      for (const tag of [1085, 1086]) {
        if (checkedText(tag, tagText(inner, tag)) === '') throw new KktError(DriverError.NO_REQUIRED_FISCAL_PROPERTY);
      }
      return { tag: 1084, value: inner, notPrinted: param.notPrinted };
    }
    throw new KktError(DriverError.FISCAL_PROPERTY_WRITE);
  });
  device.receipt = { ...receipt, attributes: [...receipt.attributes, ...added] };
}

function receiptTotal(device: Device, inputs: Inputs): void {
  const receipt = openReceiptOf(device);
  const full = linesTotal(receipt);
  const sumMinor = inputs.needMinor(Param.SUM);
  if (sumMinor > full || full - sumMinor >= 100) throw new KktError(DriverError.INVALID_TOTAL);
  device.receipt = { ...receipt, roundedTotal: sumMinor };
}

function pay(device: Device, receipt: OpenReceipt, type: number, sumMinor: number): OpenReceipt {
  if (!Number.isInteger(type) || type < PaymentType.CASH || type > PaymentType.OTHER) {
    throw new KktError(DriverError.INVALID_PAYMENT_TYPE);
  }
  const paid = addPayment(receipt, { type, sumMinor });
  const cashOut = netPayments(paid).find((payment) => payment.type === PaymentType.CASH)?.sumMinor ?? 0;
  if (!isIncoming(receipt.type) && cashOut > device.store.head().cashMinor) throw new KktError(DriverError.NO_CASH);
  device.receipt = paid;
  return paid;
}

function payment(device: Device, inputs: Inputs, out: Outputs): void {
  const receipt = openReceiptOf(device);
  const paid = pay(device, receipt, inputs.needNumber(Param.PAYMENT_TYPE), inputs.needMinor(Param.PAYMENT_SUM));
  out.money(Param.REMAINDER, remainderOf(paid));
  out.money(Param.CHANGE, changeOf(paid));
}

const PAYMENT_TAGS = [1031, 1081, 1215, 1216, 1217];

function closeReceipt(device: Device, inputs: Inputs, _out: Outputs, method: string): void {
  let receipt = openReceiptOf(device);
  if (shiftState(device) === 'closed') throw new KktError(DriverError.DENIED_IN_CLOSED_SHIFT);
  const payBy = inputs.number(Param.PAYMENT_TYPE);
  if (payBy !== undefined && remainderOf(receipt) > 0) receipt = pay(device, receipt, payBy, remainderOf(receipt));
  if (remainderOf(receipt) > 0) throw new KktError(DriverError.NOT_FULLY_PAID);
  const operator = device.operator;
  if (operator === undefined) throw new KktError(DriverError.NO_ACTIVE_OPERATOR);
  const { shift } = device.store.head();
  const payments = netPayments(receipt);
  const receiptNumber = shift.receipts + 1;
  const draft = {
    kind: 'receipt' as const,
    receiptType: receipt.type,
    receiptNumber,
    shift: shift.number,
    totalMinor: totalOf(receipt),
    payments,
    tlvs: [
      { tag: 1054, value: operationTag(receipt.type) },
      { tag: 1055, value: receipt.taxation },
      { tag: 1042, value: receiptNumber },
      ...operatorTlvs(operator),
      ...(receipt.contact === '' ? [] : [{ tag: 1008, value: receipt.contact }]),
      ...receipt.lines.map(lineTlv),
      { tag: 1020, value: totalOf(receipt) },
      ...PAYMENT_TAGS.map((tag, type) => ({
        tag,
        value: payments.find((each) => each.type === type)?.sumMinor ?? 0,
      })),
      ...taxTlvs(receipt),
      ...receipt.attributes,
    ],
  };
  const before = device.store.head().lastDocument;
  try {
    makeDocument(device, draft, method);
  } finally {
    // Whatever went wrong afterwards, a written receipt is no longer open.
    if (device.store.head().lastDocument > before) device.receipt = undefined;
  }
}

function cancelReceipt(device: Device): void {
  if (device.receipt === undefined) throw new KktError(DriverError.DENIED_IN_CLOSED_RECEIPT);
  device.receipt = undefined;
  printNotice(device, 'ЧЕК АННУЛИРОВАН');
}

export const receiptCommands: Commands = {
  open_receipt: openReceipt,
  registration,
  fn_write_attributes: writeAttributes,
  receipt_total: receiptTotal,
  receipt_tax: (device, inputs) => {
    openReceiptOf(device);
    assertTax(inputs.needNumber(Param.TAX_TYPE), device.version);
  },
  payment,
  close_receipt: closeReceipt,
  cancel_receipt: cancelReceipt,
};
