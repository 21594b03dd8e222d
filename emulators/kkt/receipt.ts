/** A receipt being made: its lines, payments and sums. Pure; money is kopecks. */
import { DriverError, TaxType } from '#main/domains/fiscal/fptr/constants.ts';
import { isVatSupported } from '#shared/fiscal/fiscal.rules.ts';
import type { VatType } from '#shared/fiscal/fiscal.schema.ts';
import { divideHalfUp } from '#shared/kernel/money.ts';
import { KktError } from './kkt-error.ts';
import { CASH, type Payment } from './model.ts';
import type { Tlv } from './tags.ts';

export interface OpenReceipt {
  /** The driver's LIBFPTR_RT_*. */
  readonly type: number;
  readonly taxation: number;
  readonly contact: string;
  readonly lines: readonly Line[];
  readonly payments: readonly Payment[];
  /** Attributes of the whole receipt: 1192, 1084. */
  readonly attributes: readonly Tlv[];
  /** Set by receipt_total when it drops the kopecks. */
  readonly roundedTotal?: number;
}

export interface Line {
  readonly name: string;
  readonly priceMinor: number;
  readonly quantityMilli: number;
  readonly sumMinor: number;
  /** The driver's LIBFPTR_TAX_*. */
  readonly tax: number;
  readonly paymentObject: number;
  readonly paymentMethod: number;
  readonly unit: number;
}

interface Rate {
  readonly name: VatType;
  /** Tag 1199. */
  readonly tag: number;
  /** Share of VAT in a gross sum as `part / whole`; none for sums that carry no VAT. */
  readonly share?: readonly [part: number, whole: number];
  /** The tag of its sum over the receipt; rates of 2025 and later go into the list of tag 1115. */
  readonly totalTag?: number;
}

const RATES: ReadonlyMap<number, Rate> = new Map<number, Rate>([
  [TaxType.VAT20, { name: 'vat20', tag: 1, share: [20, 120], totalTag: 1102 }],
  [TaxType.VAT10, { name: 'vat10', tag: 2, share: [10, 110], totalTag: 1103 }],
  [TaxType.VAT120, { name: 'vat120', tag: 3, share: [20, 120], totalTag: 1106 }],
  [TaxType.VAT110, { name: 'vat110', tag: 4, share: [10, 110], totalTag: 1107 }],
  [TaxType.VAT0, { name: 'vat0', tag: 5, totalTag: 1104 }],
  [TaxType.NO, { name: 'none', tag: 6, totalTag: 1105 }],
  [TaxType.VAT5, { name: 'vat5', tag: 7, share: [5, 105] }],
  [TaxType.VAT7, { name: 'vat7', tag: 8, share: [7, 107] }],
  [TaxType.VAT105, { name: 'vat105', tag: 9, share: [5, 105] }],
  [TaxType.VAT107, { name: 'vat107', tag: 10, share: [7, 107] }],
  [TaxType.VAT22, { name: 'vat22', tag: 11, share: [22, 122] }],
  [TaxType.VAT122, { name: 'vat122', tag: 12, share: [22, 122] }],
]);

/** Error 144 for a rate that a driver of this version does not know; on an older one its number means "invalid". */
export function assertTax(tax: number, version: string): void {
  const rate = RATES.get(tax);
  if (rate === undefined || !isVatSupported(rate.name, version)) throw new KktError(DriverError.INVALID_TAX_TYPE);
}

const rateOf = (tax: number): Rate => {
  const rate = RATES.get(tax);
  if (rate === undefined) throw new KktError(DriverError.INVALID_TAX_TYPE);
  return rate;
};

const vatOf = (sumMinor: number, rate: Rate): number | undefined =>
  rate.share === undefined
    ? undefined
    : Number(divideHalfUp(BigInt(sumMinor) * BigInt(rate.share[0]), BigInt(rate.share[1])));

export const linesTotal = (receipt: OpenReceipt): number => receipt.lines.reduce((sum, line) => sum + line.sumMinor, 0);
export const totalOf = (receipt: OpenReceipt): number => receipt.roundedTotal ?? linesTotal(receipt);
const paidOf = (receipt: OpenReceipt): number => receipt.payments.reduce((sum, each) => sum + each.sumMinor, 0);
export const remainderOf = (receipt: OpenReceipt): number => Math.max(0, totalOf(receipt) - paidOf(receipt));
export const changeOf = (receipt: OpenReceipt): number => Math.max(0, paidOf(receipt) - totalOf(receipt));

/** Adds a payment of its type. Only cash may pass the total: error 52. */
export function addPayment(receipt: OpenReceipt, payment: Payment): OpenReceipt {
  const rest = receipt.payments.filter((each) => each.type !== payment.type);
  const same = receipt.payments.find((each) => each.type === payment.type)?.sumMinor ?? 0;
  const payments = [...rest, { type: payment.type, sumMinor: same + payment.sumMinor }];
  const cashless = payments.reduce((sum, each) => (each.type === CASH ? sum : sum + each.sumMinor), 0);
  if (cashless > totalOf(receipt)) throw new KktError(DriverError.NONCACH_PAYMENTS_TOO_MUCH);
  return { ...receipt, payments: payments.toSorted((a, b) => a.type - b.type) };
}

/** Payments as the document keeps them: the change is taken off the cash. */
export const netPayments = (receipt: OpenReceipt): Payment[] => {
  const change = changeOf(receipt);
  return receipt.payments
    .map(({ type, sumMinor }) => ({ type, sumMinor: type === CASH ? sumMinor - change : sumMinor }))
    .filter((payment) => payment.sumMinor > 0);
};

export function lineTlv(line: Line): Tlv {
  const rate = rateOf(line.tax);
  const vat = vatOf(line.sumMinor, rate);
  return {
    tag: 1059,
    value: [
      { tag: 1030, value: line.name },
      { tag: 1079, value: line.priceMinor },
      { tag: 1023, value: line.quantityMilli },
      { tag: 2108, value: line.unit },
      { tag: 1043, value: line.sumMinor },
      { tag: 1199, value: rate.tag },
      ...(vat === undefined ? [] : [{ tag: 1200, value: vat }]),
      { tag: 1212, value: line.paymentObject },
      { tag: 1214, value: line.paymentMethod },
    ],
  };
}

/** The VAT sums of the receipt, one tag a rate that occurs. */
export function taxTlvs(receipt: OpenReceipt): Tlv[] {
  const sums = new Map<number, number>();
  for (const line of receipt.lines) sums.set(line.tax, (sums.get(line.tax) ?? 0) + line.sumMinor);
  const plain: Tlv[] = [];
  const grouped: Tlv[] = [];
  for (const [tax, sumMinor] of sums) {
    const rate = rateOf(tax);
    const value = vatOf(sumMinor, rate) ?? sumMinor;
    if (rate.totalTag !== undefined) plain.push({ tag: rate.totalTag, value });
    else
      grouped.push({
        tag: 1119,
        value: [
          { tag: 1199, value: rate.tag },
          { tag: 1120, value },
        ],
      });
  }
  return grouped.length === 0 ? plain : [...plain, { tag: 1115, value: grouped }];
}
