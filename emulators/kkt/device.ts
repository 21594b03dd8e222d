/** The machine itself: memory, printer and clock, and what they do together when a document is made. */
import { createHash } from 'node:crypto';
import { DriverError } from '#main/domains/fiscal/fptr/constants.ts';
import type { WallTime } from '#shared/kernel/wall-time.ts';
import { type Fault, type Faults } from './faults.ts';
import { KktError, LinkDropped } from './kkt-error.ts';
import type { DocumentKind, FnDocument, Head, Payment, ShiftTotals } from './model.ts';
import type { OpenReceipt } from './receipt.ts';
import type { StateStore } from './state-store.ts';
import type { Tlv } from './tags.ts';
import type { Tape } from './tape.ts';
import { type Layout, layoutDocument, layoutNotice } from './tape-layout.ts';

export interface Operator {
  readonly name: string;
  readonly vatin: string;
}

export interface Device {
  readonly store: StateStore;
  readonly tape: Tape;
  readonly faults: Faults;
  /** The driver's version: which VAT rates are known hangs from it. */
  readonly version: string;
  /** The register's own clock, Unix ms. */
  readonly now: () => number;
  readonly wall: () => WallTime;
  readonly wallAt: (unixMs: number) => WallTime;
  /** Dies as by a pulled plug; may not return. */
  readonly die: () => void;
  /** Logged in until the link is opened anew. */
  operator: Operator | undefined;
  /** A receipt being made lives in working memory only: a power cut annuls it. */
  receipt: OpenReceipt | undefined;
  /** Lists being read record by record, by their ids. */
  readonly records: Map<string, { readonly tlvs: readonly Tlv[]; next: number }>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export type ShiftStateName = 'closed' | 'opened' | 'expired';

export function shiftState(device: Device): ShiftStateName {
  const { shift } = device.store.head();
  if (!shift.open) return 'closed';
  return device.now() - shift.openedAt >= DAY_MS ? 'expired' : 'opened';
}

export const shiftEndsAt = (device: Device): WallTime => device.wallAt(device.store.head().shift.openedAt + DAY_MS);

/** What the fault `shift_expired` does: the open shift was opened a day earlier. */
export function ageShift(device: Device): void {
  device.store.update((head) => ({ ...head, shift: { ...head.shift, openedAt: head.shift.openedAt - DAY_MS } }));
}

export const owesPaper = (head: Head): boolean => head.unprinted !== null || head.owedSlip !== null;

/** Refuses what no document may begin with: an open receipt, paper owed or missing, a blocked memory, nobody at work. */
export function assertMayBegin(device: Device, method: string): Operator {
  const head = device.store.head();
  if (device.receipt !== undefined) throw new KktError(DriverError.DENIED_IN_OPENED_RECEIPT);
  if (owesPaper(head)) throw new KktError(DriverError.CLOSE_RECEIPT_INTERRUPTED);
  if (!head.paper) throw new KktError(DriverError.NO_PAPER);
  if (device.operator === undefined) throw new KktError(DriverError.NO_ACTIVE_OPERATOR);
  if (device.faults.take('fn_blocked', method)) throw new KktError(DriverError.FN_RESOURCE_HAS_EXPIRED);
  return device.operator;
}

export interface Draft {
  readonly kind: DocumentKind;
  readonly receiptType?: number;
  readonly receiptNumber?: number;
  readonly shift: number;
  readonly totalMinor: number;
  readonly payments: readonly Payment[];
  readonly tlvs: readonly Tlv[];
  readonly totals?: ShiftTotals;
}

const OPERATION_TAGS: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 2],
  [4, 3],
  [5, 4],
]);

/** Tag 1054 of the driver's receipt type. */
export const operationTag = (receiptType: number): number => OPERATION_TAGS.get(receiptType) ?? 0;

/** Not cryptography: ten digits at most that change with the memory, the number and every byte of the content. */
function fiscalSign(fnSerial: string, number: number, draft: Draft, at: number): string {
  const content = JSON.stringify([fnSerial, number, at, draft]);
  return String(createHash('sha256').update(content).digest().readUInt32BE(0) || 1);
}

function build(device: Device, draft: Draft): FnDocument {
  const head = device.store.head();
  const { identity } = head;
  const number = head.lastDocument + 1;
  const at = device.now();
  const wall = device.wallAt(at);
  const sign = fiscalSign(identity.fnSerial, number, draft, at);
  const tlvs: Tlv[] = [
    { tag: 1048, value: identity.organisation },
    { tag: 1018, value: identity.vatin },
    { tag: 1009, value: identity.address },
    { tag: 1187, value: identity.place },
    { tag: 1037, value: identity.registrationNumber },
    { tag: 1041, value: identity.fnSerial },
    { tag: 1209, value: 4 },
    { tag: 1038, value: draft.shift },
    { tag: 1040, value: number },
    // The tag is seconds of the wall clock counted as if it were UTC; the codec of outputs turns it back to fields.
    { tag: 1012, value: Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second) / 1000 },
    ...draft.tlvs,
    { tag: 1077, value: sign },
  ];
  return { ...draft, number, at, wall, sign, tlvs };
}

const strikes = (fault: Fault | undefined): boolean => fault !== undefined;

interface Paper {
  /** Makes it durable, and in the same step that its paper is owed: the power may go before the printer has moved. */
  readonly write: () => void;
  readonly layout: () => Layout;
}

/**
 * Writes and prints what must not be lost; every fault of a document strikes here. When it throws `LinkDropped` or
 * error 44 the thing may be written: that is the point.
 */
export function writeAndPrint(device: Device, method: string, { write, layout }: Paper): void {
  const { faults, store } = device;
  if (strikes(faults.take('fn_blocked', method))) throw new KktError(DriverError.FN_RESOURCE_HAS_EXPIRED);
  if (strikes(faults.take('kill', method, 'before'))) dieNow(device);
  if (strikes(faults.take('before_fn_write', method))) throw new LinkDropped('before it was written');

  write();
  if (strikes(faults.take('kill', method, 'after'))) dieNow(device);
  if (strikes(faults.take('paper_out_after_write', method)) || !store.head().paper) {
    store.update((head) => ({ ...head, paper: false }));
  } else {
    print(device, layout());
    store.update(withPaperOut);
  }
  if (strikes(faults.take('after_fn_write_before_answer', method))) throw new LinkDropped('after it was written');
  if (owesPaper(store.head())) throw new KktError(DriverError.NO_PAPER);
}

export const withPaperOut = (head: Head): Head => ({ ...head, unprinted: null, owedSlip: null });

/** Writes the document into the fiscal memory and prints it. Throws as `writeAndPrint` does. */
export function makeDocument(device: Device, draft: Draft, method: string): FnDocument {
  const { store } = device;
  const document = build(device, draft);
  writeAndPrint(device, method, {
    write: () => store.append(document),
    layout: () => layoutDocument(document, store.head().identity),
  });
  return document;
}

function dieNow(device: Device): never {
  device.die();
  throw new LinkDropped('the register died');
}

export function print(device: Device, layout: Layout): void {
  device.tape.print({ at: device.now(), ...layout });
}

/** Prints a slip that is no fiscal document. */
export function printNotice(device: Device, title: string, lines: readonly string[] = []): void {
  print(device, layoutNotice(device.store.head().identity, device.wall(), title, lines));
}

/** Opens a shift for a document that needs one. True when it did. */
export function ensureShift(device: Device, operator: Operator, method: string): boolean {
  switch (shiftState(device)) {
    case 'expired':
      throw new KktError(DriverError.SHIFT_EXPIRED);
    case 'opened':
      return false;
    case 'closed':
      makeDocument(
        device,
        {
          kind: 'open_shift',
          shift: device.store.head().shift.number + 1,
          totalMinor: 0,
          payments: [],
          tlvs: operatorTlvs(operator),
        },
        method,
      );
      return true;
  }
}

export const operatorTlvs = (operator: Operator): Tlv[] => [
  { tag: 1021, value: operator.name },
  ...(operator.vatin === '' ? [] : [{ tag: 1203, value: operator.vatin }]),
];
