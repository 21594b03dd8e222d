/** What in a register's own words needs a person before it stops selling. Pure. */
import type { Found } from './flap.rules.ts';

export interface RegisterSaid {
  readonly id: string;
  readonly name: string;
  readonly fnValidUntil: number | null;
  readonly unsentDocuments: number;
  readonly unsentSince: number | null;
  readonly shiftState: string;
  readonly shiftEndsAt: number | null;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Time to order a fiscal memory and to call whoever exchanges it; and when it is high time. */
const FN_MONTH_MS = 30 * DAY;
const FN_WEEK_MS = 7 * DAY;
/** A line that is cut for a night is no trouble. A fiscal memory stops at thirty days. */
const UNSENT_MS = 24 * HOUR;
/** The law gives a shift 24 hours: this long before their end it has been open for 22. */
const SHIFT_LEFT_MS = 2 * HOUR;

export function findRegisterTroubles(registers: readonly RegisterSaid[], at: number): Found[] {
  return registers.flatMap(({ id, name, fnValidUntil, unsentDocuments, unsentSince, shiftState, shiftEndsAt }) => {
    const found: Found[] = [];
    const raise = (kind: Found['kind'], details: Readonly<Record<string, unknown>>) =>
      found.push({ kind, subject: { type: 'register', id }, details: { name, ...details } });
    if (fnValidUntil !== null && fnValidUntil - at <= FN_MONTH_MS) {
      raise(fnValidUntil - at <= FN_WEEK_MS ? 'fiscal.fn_ends_soon' : 'fiscal.fn_ends', { fnValidUntil });
    }
    if (unsentSince !== null && at - unsentSince > UNSENT_MS) raise('fiscal.unsent', { unsentDocuments, unsentSince });
    const isLong = shiftEndsAt !== null && shiftEndsAt - at < SHIFT_LEFT_MS;
    if (shiftState === 'expired' || (shiftState === 'open' && isLong)) raise('fiscal.shift_long', { shiftEndsAt });
    return found;
  });
}
