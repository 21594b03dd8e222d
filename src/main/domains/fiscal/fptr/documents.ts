/** Reading the fiscal memory: the proof of what happened. */
import { fiscalQr } from '#shared/fiscal/fiscal.rules.ts';
import type { FiscalDocument } from '#shared/fiscal/fiscal.schema.ts';
import { type WallTime, wallToUnixMs } from '#shared/kernel/wall-time.ts';
import type { FoundDocument } from '../fiscal.register.ts';
import { FnData, FnDocument, Param } from './constants.ts';
import { int } from './fptr-param.ts';
import { readIdentity } from './identity.ts';
import { isNoData } from './outcome.ts';
import type { FptrCalls } from './session.ts';
import { type DocumentTags, readTags } from './tags.ts';
import { KIND_OF_OPERATION, KIND_OF_RECEIPT_TYPE } from './vocabulary.ts';

export interface LastDocument {
  readonly fiscalDocumentNumber: number;
  readonly at: WallTime;
}

/** The newest document of any kind: the opening of a shift counts too. Number 0 when there is none yet. */
export async function readLastDocument({ call }: FptrCalls): Promise<LastDocument> {
  const out = await call('fn_query_data', [int(Param.FN_DATA_TYPE, FnData.LAST_DOCUMENT)]);
  return { fiscalDocumentNumber: out.int(Param.DOCUMENT_NUMBER), at: out.time(Param.DATE_TIME) };
}

/**
 * The newest receipt, in two short answers: reading all tags of a document takes the memory a while, and a queue at
 * the till waits for it. Throws error 123 when there is none.
 */
export async function readLastReceipt({ call }: FptrCalls): Promise<FoundDocument> {
  const out = await call('fn_query_data', [int(Param.FN_DATA_TYPE, FnData.LAST_RECEIPT)]);
  const receipt = {
    fiscalDocumentNumber: out.int(Param.DOCUMENT_NUMBER),
    kind: KIND_OF_RECEIPT_TYPE.get(out.int(Param.RECEIPT_TYPE)) ?? ('other' as const),
    fiscalSign: out.str(Param.FISCAL_SIGN).trim(),
    at: out.time(Param.DATE_TIME),
    totalMinor: out.money(Param.RECEIPT_SUM),
  };
  const shift = await call('fn_query_data', [int(Param.FN_DATA_TYPE, FnData.SHIFT)]);
  return { ...receipt, shiftNumber: shift.int(Param.SHIFT_NUMBER), receiptNumber: shift.int(Param.RECEIPT_NUMBER) };
}

function kindOf(fnDocumentType: number, tags: DocumentTags): FoundDocument['kind'] {
  switch (fnDocumentType) {
    case FnDocument.OPEN_SHIFT:
      return 'open_shift';
    case FnDocument.CLOSE_SHIFT:
      return 'close_shift';
    case FnDocument.RECEIPT:
      return KIND_OF_OPERATION.get(tags.operation ?? 0) ?? 'other';
    default:
      return 'other';
  }
}

/** `undefined` when the fiscal memory has no document of that number. */
export async function findDocument(calls: FptrCalls, number: number): Promise<FoundDocument | undefined> {
  const { error, out } = await calls.attempt('fn_query_data', [
    int(Param.FN_DATA_TYPE, FnData.DOCUMENT_BY_NUMBER),
    int(Param.DOCUMENT_NUMBER, number),
  ]);
  if (error !== undefined) {
    if (isNoData(error)) return undefined;
    throw error;
  }
  const short = {
    fiscalDocumentNumber: number,
    fiscalSign: out.str(Param.FISCAL_SIGN).trim(),
    at: out.time(Param.DATE_TIME),
    totalMinor: out.money(1020),
  };
  const fnDocumentType = out.int(Param.FN_DOCUMENT_TYPE);
  const shortShift = out.int(Param.SHIFT_NUMBER);
  const tags = await readTags(calls, number);
  const shiftNumber = tags.shiftNumber ?? (shortShift === 0 ? undefined : shortShift);
  return {
    ...short,
    kind: kindOf(fnDocumentType, tags),
    ...(shiftNumber === undefined ? {} : { shiftNumber }),
    ...(tags.receiptNumber === undefined ? {} : { receiptNumber: tags.receiptNumber }),
    ...(tags.taskId === undefined ? {} : { taskId: tags.taskId }),
  };
}

export interface DocumentFlags {
  readonly printed: boolean;
  readonly shiftAutoOpened: boolean;
}

/** The document as the product keeps it. The number of its shift is asked for when it was found without one. */
export async function describeDocument(
  calls: FptrCalls,
  found: FoundDocument,
  flags: DocumentFlags,
  timeZone: string,
): Promise<FiscalDocument> {
  const identity = await readIdentity(calls);
  const { kind, fiscalDocumentNumber, fiscalSign, totalMinor } = found;
  const isReceipt = kind === 'sell' || kind === 'sell_return';
  return {
    ...identity,
    ...flags,
    fiscalDocumentNumber,
    fiscalSign,
    totalMinor,
    shiftNumber: found.shiftNumber ?? (await currentShift(calls)),
    ...(found.receiptNumber === undefined ? {} : { receiptNumber: found.receiptNumber }),
    fiscalAt: wallToUnixMs(found.at, timeZone),
    ...(isReceipt
      ? {
          qr: fiscalQr({
            wallTime: found.at,
            totalMinor,
            fnNumber: identity.fnNumber,
            fiscalDocumentNumber,
            fiscalSign,
            kind,
          }),
        }
      : {}),
  };
}

async function currentShift({ call }: FptrCalls): Promise<number> {
  const out = await call('fn_query_data', [int(Param.FN_DATA_TYPE, FnData.SHIFT)]);
  return out.int(Param.SHIFT_NUMBER);
}

/**
 * A document found by its number after the fact. Whether its paper came out is known only of the last document;
 * of an older one it must have, or the register would have made no other after it.
 */
export async function readDocument(calls: FptrCalls, found: FoundDocument, timeZone: string): Promise<FiscalDocument> {
  const last = await readLastDocument(calls);
  let printed = true;
  if (last.fiscalDocumentNumber === found.fiscalDocumentNumber) {
    const { error, out } = await calls.attempt('check_document_closed');
    printed = error === undefined && out.bool(Param.DOCUMENT_PRINTED);
  }
  return describeDocument(calls, found, { printed, shiftAutoOpened: false }, timeZone);
}
