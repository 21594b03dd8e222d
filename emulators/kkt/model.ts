/** What the register remembers through a power cut. Money is kopecks, quantities are thousandths. */

import type { WallTime } from '#shared/kernel/wall-time.ts';
import type { Tlv } from './tags.ts';
import type { Slip } from './tape.ts';

/** Whose register it is and which fiscal memory sits in it: fixed when the state file is made. */
export interface Identity {
  readonly fnSerial: string;
  readonly kktSerial: string;
  readonly registrationNumber: string;
  readonly vatin: string;
  readonly organisation: string;
  readonly address: string;
  readonly place: string;
}

export interface Total {
  readonly count: number;
  readonly sumMinor: number;
}

/** Counters of the running shift; the closing of a shift takes them to nothing. Keys are the driver's type numbers. */
export interface Counters {
  readonly receipts: Readonly<Record<string, Total>>;
  /** Key `receiptType:paymentType`; cash without the change given back. */
  readonly payments: Readonly<Record<string, Total>>;
  readonly cashIn: Total;
  readonly cashOut: Total;
  readonly documents: number;
}

/** What a shift came to: kept in its closing document, which prints it now and in any copy later. */
export interface ShiftTotals {
  readonly counters: Counters;
  readonly cashMinor: number;
}

export interface Shift {
  readonly number: number;
  readonly open: boolean;
  /** Unix ms. */
  readonly openedAt: number;
  /** Receipts made in it. */
  readonly receipts: number;
}

export interface Head {
  readonly format: 'prilavok-kkt-emulator/1';
  readonly identity: Identity;
  /** Number of the last document in the fiscal memory. */
  readonly lastDocument: number;
  readonly shift: Shift;
  readonly counters: Counters;
  readonly cashMinor: number;
  /** Documents up to this one were taken by the tax data operator. */
  readonly lastSent: number;
  readonly ofdOnline: boolean;
  readonly paper: boolean;
  /** A document that is in the fiscal memory while its paper is not out yet. */
  readonly unprinted: number | null;
  /** A slip of cash put in or taken out that counts while its paper is not out yet. */
  readonly owedSlip: Pick<Slip, 'lines'> | null;
  /** How far the register's clock is from the machine's, ms; ahead is positive. */
  readonly clockOffsetMs: number;
  /** The register's own count of everything it did: not the number of a fiscal document. */
  readonly operations: number;
}

export type DocumentKind = 'open_shift' | 'receipt' | 'close_shift';

export interface Payment {
  /** The driver's LIBFPTR_PT_*. */
  readonly type: number;
  /** Without the change. */
  readonly sumMinor: number;
}

/** A document of the fiscal memory. Never changes once written. */
export interface FnDocument {
  readonly number: number;
  readonly kind: DocumentKind;
  /** The driver's LIBFPTR_RT_*, of receipts. */
  readonly receiptType?: number;
  readonly receiptNumber?: number;
  readonly shift: number;
  /** Unix ms, and the same moment on the register's clock. */
  readonly at: number;
  readonly wall: WallTime;
  readonly totalMinor: number;
  readonly payments: readonly Payment[];
  /** Tag 1077: digits. */
  readonly sign: string;
  readonly tlvs: readonly Tlv[];
  /** Of the closing of a shift. */
  readonly totals?: ShiftTotals;
}

const NOTHING: Total = { count: 0, sumMinor: 0 };
export const NO_COUNTERS: Counters = { receipts: {}, payments: {}, cashIn: NOTHING, cashOut: NOTHING, documents: 0 };

const plus = (total: Total | undefined, sumMinor: number): Total => ({
  count: (total?.count ?? 0) + 1,
  sumMinor: (total?.sumMinor ?? 0) + sumMinor,
});

/** Money comes in with a sale and with the return of a purchase, and goes out with the other two. */
export const isIncoming = (receiptType: number): boolean => receiptType === 1 || receiptType === 5;

export const CASH = 0;

/** What the register knows after the document, its paper not out yet, from what it knew before: at writing and at replay. */
export function applyDocument(head: Head, document: FnDocument): Head {
  const next = {
    ...head,
    lastDocument: document.number,
    lastSent: head.ofdOnline ? document.number : head.lastSent,
    unprinted: document.number,
    operations: head.operations + 1,
  };
  switch (document.kind) {
    case 'open_shift':
      return {
        ...next,
        shift: { number: document.shift, open: true, openedAt: document.at, receipts: 0 },
        counters: { ...NO_COUNTERS, documents: 1 },
      };
    case 'close_shift':
      return { ...next, shift: { ...head.shift, open: false }, counters: NO_COUNTERS };
    case 'receipt': {
      const type = document.receiptType ?? 0;
      const payments = { ...head.counters.payments };
      for (const payment of document.payments) {
        const key = `${type}:${payment.type}`;
        payments[key] = plus(payments[key], payment.sumMinor);
      }
      const cash = document.payments.find((payment) => payment.type === CASH)?.sumMinor ?? 0;
      return {
        ...next,
        shift: { ...head.shift, receipts: head.shift.receipts + 1 },
        counters: {
          ...head.counters,
          documents: head.counters.documents + 1,
          payments,
          receipts: { ...head.counters.receipts, [type]: plus(head.counters.receipts[type], document.totalMinor) },
        },
        cashMinor: head.cashMinor + (isIncoming(type) ? cash : -cash),
      };
    }
  }
}

/** Cash put into the drawer (positive) or taken out of it (negative) without a sale; its slip is not out yet. */
export function applyCash(head: Head, sumMinor: number, slip: Pick<Slip, 'lines'>): Head {
  const { cashIn, cashOut } = head.counters;
  return {
    ...head,
    owedSlip: { lines: slip.lines },
    operations: head.operations + 1,
    cashMinor: head.cashMinor + sumMinor,
    counters:
      sumMinor >= 0
        ? { ...head.counters, cashIn: plus(cashIn, sumMinor) }
        : { ...head.counters, cashOut: plus(cashOut, -sumMinor) },
  };
}

export const freshHead = (identity: Identity): Head => ({
  format: 'prilavok-kkt-emulator/1',
  identity,
  lastDocument: 0,
  shift: { number: 0, open: false, openedAt: 0, receipts: 0 },
  counters: NO_COUNTERS,
  cashMinor: 0,
  lastSent: 0,
  ofdOnline: true,
  paper: true,
  unprinted: null,
  owedSlip: null,
  clockOffsetMs: 0,
  operations: 0,
});
