/** Printing a receipt: the driver's calls in the order of its own `sell` script. */
import { isVatSupported } from '#shared/fiscal/fiscal.rules.ts';
import type { Receipt, ReceiptItem } from '#shared/fiscal/fiscal.schema.ts';
import type { ReceiptRequest, RegisterOutcome } from '../fiscal.register.ts';
import type { CheckPolicy } from './closing.ts';
import { Ffd, FnData, Param } from './constants.ts';
import { readLastDocument, readLastReceipt } from './documents.ts';
import { finishDocument } from './finish.ts';
import { FptrError } from './fptr-error.ts';
import { bool, bytes, double, type FptrParam, hidden, int, money, str } from './fptr-param.ts';
import { notClosed, provesNothing } from './outcome.ts';
import { cancelOpenReceipt, logIn } from './preparation.ts';
import type { FptrCalls } from './session.ts';
import { TASK_ATTRIBUTE } from './tags.ts';
import {
  PAYMENT_METHOD,
  PAYMENT_OBJECT,
  PAYMENT_TYPE,
  RECEIPT_TYPE,
  TAX_TYPE,
  TAXATION,
  Tag,
  UNIT,
} from './vocabulary.ts';

export interface PrintContext {
  readonly driverVersion: string;
  readonly check: CheckPolicy;
  readonly timeZone: string;
}

/** The first rate that this driver would take for another; such a receipt must not even be opened. */
function unsupportedVat(receipt: Receipt, driverVersion: string): RegisterOutcome | undefined {
  const item = receipt.items.find(({ vat }) => !isVatSupported(vat, driverVersion));
  if (item === undefined) return undefined;
  const text = `driver ${driverVersion} does not know ${item.vat}`;
  return { outcome: 'not_closed', error: { driverCode: 0, text, retryable: false } };
}

async function ffdVersion({ call }: FptrCalls): Promise<number> {
  const out = await call('fn_query_data', [int(Param.FN_DATA_TYPE, FnData.FFD_VERSIONS)]);
  return out.int(Param.FFD_VERSION);
}

/** True when the register opened a shift for this receipt. */
async function open({ attempt }: FptrCalls, receipt: Receipt): Promise<boolean> {
  const { error, out } = await attempt('open_receipt', [
    int(Param.RECEIPT_TYPE, RECEIPT_TYPE[receipt.kind]),
    int(Tag.TAXATION, TAXATION[receipt.taxationSystem]),
    ...(receipt.customerContact === undefined ? [] : [str(Tag.CONTACT, receipt.customerContact)]),
  ]);
  if (error !== undefined) throw error;
  return out.bool(Param.SHIFT_AUTO_OPENED);
}

const lineParams = (item: ReceiptItem, ffd: number): FptrParam[] => [
  str(Param.COMMODITY_NAME, item.name),
  money(Param.PRICE, item.priceMinor),
  double(Param.QUANTITY, item.quantityMilli / 1000),
  money(Param.POSITION_SUM, item.totalMinor),
  int(Param.TAX_TYPE, TAX_TYPE[item.vat]),
  bool(Param.USE_ONLY_TAX_TYPE, true),
  int(Tag.PAYMENT_OBJECT, PAYMENT_OBJECT[item.paymentObject]),
  int(Tag.PAYMENT_METHOD, PAYMENT_METHOD[item.paymentMethod]),
  // Before FFD 1.2 the unit is free text (tag 1197) and optional.
  ...(ffd >= Ffd['1_2'] ? [int(Tag.UNIT, UNIT[item.unit])] : []),
];

const LONGEST_RECEIPT_ATTRIBUTE = 16;

/**
 * Writes the task's id into the document without printing it. Tag 1192 holds 16 characters, which a task id does not
 * fit, so ids go into the user attribute 1084 as a named value. A register that takes neither still gets its receipt:
 * recovery then has to match the document by what it sold.
 */
async function writeTaskId(calls: FptrCalls, taskId: string): Promise<void> {
  let param = hidden(str(Tag.RECEIPT_ATTRIBUTE, taskId));
  if (taskId.length > LONGEST_RECEIPT_ATTRIBUTE) {
    const formed = await calls.attempt('util_form_tlv', [
      str(Tag.USER_ATTRIBUTE_NAME, TASK_ATTRIBUTE),
      str(Tag.USER_ATTRIBUTE_VALUE, taskId),
    ]);
    if (formed.error !== undefined) return refuseOnlyLostLink(formed.error);
    param = hidden(bytes(Tag.USER_ATTRIBUTE, formed.out.bytes(Param.TAG_VALUE)));
  }
  const { error } = await calls.attempt('fn_write_attributes', [param]);
  if (error !== undefined) refuseOnlyLostLink(error);
}

function refuseOnlyLostLink(error: FptrError): void {
  if (provesNothing(error)) throw error;
}

/** Cash last: only it may pass the total, and a card sum must be checked against the whole of it. */
async function pay({ call }: FptrCalls, receipt: Receipt): Promise<void> {
  const cashLast = receipt.payments.toSorted((a, b) => Number(a.type === 'cash') - Number(b.type === 'cash'));
  for (const { type, sumMinor } of cashLast) {
    await call('payment', [int(Param.PAYMENT_TYPE, PAYMENT_TYPE[type]), money(Param.PAYMENT_SUM, sumMinor)]);
  }
}

/**
 * Prints the receipt of a sale or a return. Until `close_receipt` is called nothing can be fiscalised, so any refusal
 * before it is `not_closed`, a lost link included; the receipt left open is cancelled, now or by the next document.
 */
export async function printReceipt(
  calls: FptrCalls,
  { taskId, operator, receipt }: ReceiptRequest,
  { driverVersion, check, timeZone }: PrintContext,
): Promise<RegisterOutcome> {
  const refusal = unsupportedVat(receipt, driverVersion);
  if (refusal !== undefined) return refusal;
  let baseline: number;
  let shiftAutoOpened: boolean;
  try {
    await cancelOpenReceipt(calls);
    const ffd = await ffdVersion(calls);
    await logIn(calls, operator);
    shiftAutoOpened = await open(calls, receipt);
    baseline = (await readLastDocument(calls)).fiscalDocumentNumber;
    for (const item of receipt.items) await calls.call('registration', lineParams(item, ffd));
    await writeTaskId(calls, taskId);
    await pay(calls, receipt);
  } catch (error) {
    if (!(error instanceof FptrError)) throw error;
    await calls.attempt('cancel_receipt');
    return notClosed(error);
  }
  const outcome = await finishDocument(calls, {
    method: 'close_receipt',
    baseline,
    find: async () => {
      const made = await readLastReceipt(calls);
      return made.kind === receipt.kind && made.totalMinor === receipt.totalMinor ? made : undefined;
    },
    shiftAutoOpened,
    check,
    timeZone,
  });
  if (outcome.outcome === 'not_closed') await calls.attempt('cancel_receipt');
  return outcome;
}
