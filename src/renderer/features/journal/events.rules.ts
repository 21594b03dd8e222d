/** The device's log for a person: which entries, in which words. Pure. */
import { type ErrorCode, isErrorCode } from '#shared/kernel/errors.ts';
import type { LogEvent } from '#shared/rpc/device.contract.ts';

/** Events that have a sentence; another one is shown by its message. */
export const KNOWN_EVENTS = [
  'FISCAL_UNCERTAIN',
  'FISCAL_RESOLVED_BY_HAND',
  'FISCAL_VERDICT_CONTRADICTED',
  'FISCAL_KKT_ADDRESS_MISMATCH',
  'FISCAL_FN_REPLACED',
  'FISCAL_REGISTER_ACCEPTED',
  'FISCAL_TASK_LEASED',
  'SHIFT_ENDS_SOON',
  'SHIFT_EXPIRED_REOPENED',
  'CASH_COUNT_DIFFERS',
  'CLOCK_SKEW',
] as const;
export type KnownEvent = (typeof KNOWN_EVENTS)[number];

export const isKnownEvent = (event: string | undefined): event is KnownEvent =>
  KNOWN_EVENTS.some((known) => known === event);

/** Plain lines that a cashier meets every day, by their text in the log: another one is shown as it was written. */
const KNOWN_MESSAGES = {
  'sale made': 'sale_made',
  'goods given back': 'goods_back',
  'signed in': 'signed_in',
  'signed out': 'signed_out',
  'a wrong PIN': 'wrong_pin',
  'approval given': 'approval',
  'call refused': 'refused',
  'call failed': 'failed',
  'slow database call': 'slow_database',
  'slow call': 'slow_call',
  'the register does not do as asked': 'register_fault',
  'a fiscal command ended without an answer': 'no_answer',
  'the link with the server changed': 'link',
  'the address of a register was changed': 'address',
  'a register has got an agent token of its own': 'token',
  'a register was removed from this device': 'removed',
  'device enrolled': 'enrolled',
  'the device stands in another shop': 'moved',
  'device starts': 'starts',
  'device stopped': 'stopped',
  'browser shell listens': 'shell',
  'database migrated': 'migrated',
  'database is damaged and was set aside': 'database_damaged',
  'catalogue shelf is built anew': 'shelf',
  'a file could not be sent': 'file_not_sent',
  'a file on the disk is damaged or gone': 'file_damaged',
  'fault of a screen': 'screen',
} as const;
type Message = (typeof KNOWN_MESSAGES)[keyof typeof KNOWN_MESSAGES];

export const messageOf = (message: string): Message | undefined =>
  Object.entries(KNOWN_MESSAGES).find(([text]) => text === message)?.[1];

/** The code of the refusal that an entry speaks of. */
export const codeOf = ({ fields }: LogEvent): ErrorCode | undefined => {
  const { code } = fields;
  return isErrorCode(code) ? code : undefined;
};

/** The facts of an entry, without what is shown beside it anyway. */
export const factsOf = ({ fields }: LogEvent): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'event'));

/** Narrows the list by any text of an entry, its facts included. `words` is what the screen shows for it. */
export function matches(entry: LogEvent, words: string, text: string): boolean {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === '') return true;
  return `${words} ${entry.message} ${entry.event ?? ''} ${JSON.stringify(entry.fields)}`
    .toLocaleLowerCase()
    .includes(wanted);
}

/** One entry as text for a letter to support. */
export const asText = (entry: LogEvent): string =>
  [entry.time, entry.level.toUpperCase(), entry.event, entry.message, JSON.stringify(factsOf(entry))]
    .filter((part) => part !== undefined && part !== '{}')
    .join(' ');
