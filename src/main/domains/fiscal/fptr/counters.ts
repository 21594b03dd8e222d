/** What the register has counted within its shift. */
import type { CashTotals, ReceiptTotals } from '#shared/fiscal/shift.schema.ts';
import type { CashReading, RegisterCounters } from '../fiscal.register.ts';
import { FnData, KktData, Param, PaymentType, ReceiptType } from './constants.ts';
import { int } from './fptr-param.ts';
import type { FptrCalls } from './session.ts';

const PAYMENT_TYPES = [
  PaymentType.CASH,
  PaymentType.ELECTRONICALLY,
  PaymentType.PREPAID,
  PaymentType.CREDIT,
  PaymentType.OTHER,
] as const;

async function readReceipts({ call }: FptrCalls, receiptType: number): Promise<ReceiptTotals> {
  const counted = await call('query_data', [
    int(Param.DATA_TYPE, KktData.RECEIPT_COUNT),
    int(Param.RECEIPT_TYPE, receiptType),
  ]);
  const count = counted.int(Param.DOCUMENTS_COUNT);
  const sums = new Map<number, number>();
  for (const paymentType of PAYMENT_TYPES) {
    const out = await call('query_data', [
      int(Param.DATA_TYPE, KktData.PAYMENT_SUM),
      int(Param.RECEIPT_TYPE, receiptType),
      int(Param.PAYMENT_TYPE, paymentType),
    ]);
    sums.set(paymentType, out.money(Param.SUM));
  }
  return {
    count,
    totalMinor: [...sums.values()].reduce((total, sum) => total + sum, 0),
    cashMinor: sums.get(PaymentType.CASH) ?? 0,
    cardMinor: sums.get(PaymentType.ELECTRONICALLY) ?? 0,
  };
}

async function readCashTotals({ call }: FptrCalls, direction: 'in' | 'out'): Promise<CashTotals> {
  const [countOf, sumOf] =
    direction === 'in' ? [KktData.CASHIN_COUNT, KktData.CASHIN_SUM] : [KktData.CASHOUT_COUNT, KktData.CASHOUT_SUM];
  const count = (await call('query_data', [int(Param.DATA_TYPE, countOf)])).int(Param.DOCUMENTS_COUNT);
  const totalMinor = (await call('query_data', [int(Param.DATA_TYPE, sumOf)])).money(Param.SUM);
  return { count, totalMinor };
}

export async function readCounters(calls: FptrCalls): Promise<RegisterCounters> {
  const totals = {
    sell: await readReceipts(calls, ReceiptType.SELL),
    sellReturn: await readReceipts(calls, ReceiptType.SELL_RETURN),
    cashIn: await readCashTotals(calls, 'in'),
    cashOut: await readCashTotals(calls, 'out'),
  };
  const drawer = await calls.call('query_data', [int(Param.DATA_TYPE, KktData.CASH_SUM)]);
  return { totals, drawerMinor: drawer.money(Param.SUM) };
}

export async function readCash(calls: FptrCalls, direction: 'in' | 'out'): Promise<CashReading> {
  const shift = await calls.call('fn_query_data', [int(Param.FN_DATA_TYPE, FnData.SHIFT)]);
  return { shiftNumber: shift.int(Param.SHIFT_NUMBER), ...(await readCashTotals(calls, direction)) };
}
