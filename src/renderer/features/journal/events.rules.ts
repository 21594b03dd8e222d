/** The device's log for a person: which entries, in which words. Pure. */
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
