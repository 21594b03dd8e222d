/** The tags of a document in the fiscal memory, those that tell whose it is. */
import { setTimeout as delay } from 'node:timers/promises';
import type { FptrOutputs } from './binding.ts';
import { DriverError, Param, RecordsType } from './constants.ts';
import { FptrError } from './fptr-error.ts';
import { bytes, type FptrParam, int, str } from './fptr-param.ts';
import { isNoData } from './outcome.ts';
import type { FptrCalls } from './session.ts';
import { Tag } from './vocabulary.ts';

export interface DocumentTags {
  /** Tag 1054. */
  readonly operation?: number;
  readonly shiftNumber?: number;
  readonly receiptNumber?: number;
  readonly taskId?: string;
}

/** The name (tag 1085) under which a document bears the id of our task (tag 1086). */
export const TASK_ATTRIBUTE = 'prilavok';

const INTERRUPTED_TRIES = 3;
const INTERRUPTED_PAUSE_MS = 300;

/** Reads a list record by record. The fiscal memory busy with something else (error 178) is asked again. */
async function readRecords(
  { call, attempt }: FptrCalls,
  params: readonly FptrParam[],
  each: (tag: number, out: FptrOutputs) => void,
): Promise<void> {
  const id = (await call('begin_read_records', params)).str(Param.RECORDS_ID);
  for (let interrupted = 0; ; ) {
    const { error, out } = await attempt('read_next_record', [str(Param.RECORDS_ID, id)]);
    if (error === undefined) {
      each(out.int(Param.TAG_NUMBER), out);
    } else if (error.code === DriverError.FN_QUERY_INTERRUPTED && interrupted < INTERRUPTED_TRIES) {
      interrupted += 1;
      await delay(INTERRUPTED_PAUSE_MS);
    } else {
      await attempt('end_read_records', [str(Param.RECORDS_ID, id)]);
      if (isNoData(error)) return;
      throw error;
    }
  }
}

/** The value of our attribute inside tag 1084; `undefined` when the attribute is somebody else's. */
async function taskIdIn(calls: FptrCalls, attribute: Uint8Array): Promise<string | undefined> {
  const parts = new Map<number, string>();
  const params = [
    int(Param.RECORDS_TYPE, RecordsType.PARSE_COMPLEX_ATTR),
    int(Param.TAG_NUMBER, Tag.USER_ATTRIBUTE),
    bytes(Param.TAG_VALUE, attribute),
  ];
  await readRecords(calls, params, (tag, out) => parts.set(tag, out.str(Param.TAG_VALUE)));
  return parts.get(Tag.USER_ATTRIBUTE_NAME) === TASK_ATTRIBUTE ? parts.get(Tag.USER_ATTRIBUTE_VALUE) : undefined;
}

/** Empty for a document that the memory no longer keeps in full: old ones shrink to a short form. */
export async function readTags(calls: FptrCalls, documentNumber: number): Promise<DocumentTags> {
  const numbers = new Map<number, number>();
  let receiptAttribute: string | undefined;
  let userAttribute: Uint8Array | undefined;
  const params = [int(Param.RECORDS_TYPE, RecordsType.FN_DOCUMENT_TLVS), int(Param.DOCUMENT_NUMBER, documentNumber)];
  try {
    await readRecords(calls, params, (tag, out) => {
      if (tag === Tag.OPERATION || tag === Tag.SHIFT_NUMBER || tag === Tag.RECEIPT_NUMBER) {
        numbers.set(tag, out.int(Param.TAG_VALUE));
      } else if (tag === Tag.RECEIPT_ATTRIBUTE) {
        receiptAttribute = out.str(Param.TAG_VALUE).trim();
      } else if (tag === Tag.USER_ATTRIBUTE) {
        userAttribute = out.bytes(Param.TAG_VALUE);
      }
    });
  } catch (error) {
    if (!(error instanceof FptrError) || !isNoData(error)) throw error;
  }
  const taskId = userAttribute === undefined ? receiptAttribute : await taskIdIn(calls, userAttribute);
  const found = (tag: number, key: keyof DocumentTags): Partial<DocumentTags> => {
    const value = numbers.get(tag);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    ...found(Tag.OPERATION, 'operation'),
    ...found(Tag.SHIFT_NUMBER, 'shiftNumber'),
    ...found(Tag.RECEIPT_NUMBER, 'receiptNumber'),
    ...(taskId === undefined ? {} : { taskId }),
  };
}
