/** A value as it is typed with the keys on the screen. */
import { MAX_MICROMETRES } from '#shared/diagnostics/thickness.schema.ts';

const LONGEST = String(MAX_MICROMETRES).length;

/** A leading zero is typed over; more digits than any gauge shows are not taken. */
export const typeDigit = (draft: string, digit: string): string => {
  const next = draft === '0' ? digit : draft + digit;
  return /^\d+$/.test(next) && next.length <= LONGEST && Number(next) <= MAX_MICROMETRES ? next : draft;
};

export const eraseDigit = (draft: string): string => draft.slice(0, -1);

/** Nothing while it is no value. */
export const readDraft = (draft: string): number | undefined => (draft === '' ? undefined : Number(draft));
