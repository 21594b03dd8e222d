/** Our names and the numbers they have for the driver (params) and for the fiscal format (tags). */
import type {
  MeasurementUnit,
  ShiftState as OurShiftState,
  PaymentMethod,
  PaymentObject,
  ReceiptKind,
  TaxationSystem,
  TenderType,
  VatType,
} from '#shared/fiscal/fiscal.schema.ts';
import { PaymentType, ReceiptType, ShiftState, Taxation, TaxType, Unit } from './constants.ts';

/** Tags of the fiscal data format that we write or read; the driver takes them as param ids. */
export const Tag = {
  CONTACT: 1008,
  TOTAL: 1020,
  CASHIER: 1021,
  REGISTRATION_NUMBER: 1037,
  SHIFT_NUMBER: 1038,
  RECEIPT_NUMBER: 1042,
  OPERATION: 1054,
  TAXATION: 1055,
  USER_ATTRIBUTE: 1084,
  USER_ATTRIBUTE_NAME: 1085,
  USER_ATTRIBUTE_VALUE: 1086,
  RECEIPT_ATTRIBUTE: 1192,
  CASHIER_INN: 1203,
  PAYMENT_OBJECT: 1212,
  PAYMENT_METHOD: 1214,
  UNIT: 2108,
} as const;

/** Tag 1054 of the receipts we make. */
export const KIND_OF_OPERATION: ReadonlyMap<number, ReceiptKind> = new Map([
  [1, 'sell'],
  [2, 'sell_return'],
]);

export const RECEIPT_TYPE: Readonly<Record<ReceiptKind, number>> = {
  sell: ReceiptType.SELL,
  sell_return: ReceiptType.SELL_RETURN,
};

export const KIND_OF_RECEIPT_TYPE: ReadonlyMap<number, ReceiptKind> = new Map([
  [ReceiptType.SELL, 'sell'],
  [ReceiptType.SELL_RETURN, 'sell_return'],
]);

export const TAX_TYPE: Readonly<Record<VatType, number>> = {
  none: TaxType.NO,
  vat0: TaxType.VAT0,
  vat5: TaxType.VAT5,
  vat7: TaxType.VAT7,
  vat10: TaxType.VAT10,
  vat20: TaxType.VAT20,
  vat22: TaxType.VAT22,
  vat105: TaxType.VAT105,
  vat107: TaxType.VAT107,
  vat110: TaxType.VAT110,
  vat120: TaxType.VAT120,
  vat122: TaxType.VAT122,
};

export const TAXATION: Readonly<Record<TaxationSystem, number>> = {
  osn: Taxation.OSN,
  usn_income: Taxation.USN_INCOME,
  usn_income_outcome: Taxation.USN_INCOME_OUTCOME,
  esn: Taxation.ESN,
  patent: Taxation.PATENT,
};

export const PAYMENT_OBJECT: Readonly<Record<PaymentObject, number>> = {
  commodity: 1,
  excise: 2,
  job: 3,
  service: 4,
  payment: 10,
  composite: 12,
  another: 13,
};

export const PAYMENT_METHOD: Readonly<Record<PaymentMethod, number>> = {
  full_prepayment: 1,
  prepayment: 2,
  advance: 3,
  full_payment: 4,
  partial_payment: 5,
  credit: 6,
  credit_payment: 7,
};

export const UNIT: Readonly<Record<MeasurementUnit, number>> = {
  piece: Unit.PIECE,
  gram: Unit.GRAM,
  kilogram: Unit.KILOGRAM,
  liter: Unit.LITER,
  meter: Unit.METER,
  square_meter: Unit.SQUARE_METER,
  hour: Unit.HOUR,
  day: Unit.DAY,
  other: Unit.OTHER,
};

export const PAYMENT_TYPE: Readonly<Record<TenderType, number>> = {
  cash: PaymentType.CASH,
  card: PaymentType.ELECTRONICALLY,
};

const SHIFT_STATES: ReadonlyMap<number, OurShiftState> = new Map([
  [ShiftState.CLOSED, 'closed'],
  [ShiftState.OPENED, 'open'],
  [ShiftState.EXPIRED, 'expired'],
]);
export const shiftStateOf = (value: number): OurShiftState => SHIFT_STATES.get(value) ?? 'unknown';
