/** What is typed into the form of a sale, how long a price still holds, what may be done after a refusal. Pure. */
import { compareDecimals, parseDecimal } from '#shared/exchange/decimal.rules.ts';
import type { ErrorCode } from '#shared/kernel/errors.ts';
import type { SaleAmount } from '#shared/rpc/exchange.contract.ts';
import { parseDecimal as parseScaled } from '../../app/typed.ts';

export const WAYS = ['quantity', 'usd', 'all'] as const satisfies readonly SaleAmount['by'][];
export type Way = (typeof WAYS)[number];

export type AmountFault = 'not_a_number' | 'zero' | 'more_than_held';

/** What a form says is to be sold, or what is wrong with it; undefined while nothing was typed. */
export function readAmount(
  by: Way,
  text: string,
  held: string,
): { readonly amount: SaleAmount } | { readonly fault: AmountFault } | undefined {
  if (by === 'all') return { amount: { by } };
  if (text.trim() === '') return undefined;
  if (by === 'usd') {
    const amountMinor = parseScaled(text, 2);
    if (amountMinor === undefined) return { fault: 'not_a_number' };
    // What is held is worth another sum each second: the server judges.
    return amountMinor === 0 ? { fault: 'zero' } : { amount: { by, amountMinor } };
  }
  const quantity = parseDecimal(text.replace(/[\s\u00A0\u202F]/g, '').replace(',', '.'));
  if (quantity === undefined) return { fault: 'not_a_number' };
  if (compareDecimals(quantity, '0') === 0) return { fault: 'zero' };
  return compareDecimals(quantity, held) > 0 ? { fault: 'more_than_held' } : { amount: { by, quantity } };
}

/**
 * Ms until `expiresAt` of the server's clock; never below zero. `clockOffsetMs` is the server's clock minus this device's, whose
 * own may be wrong.
 */
export const remainingMs = (expiresAt: number, now: number, clockOffsetMs: number): number =>
  Math.max(0, expiresAt - (now + clockOffsetMs));

/** `0:07`, `4:59`: begun seconds count. */
export function minutes(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Nothing was sold by this call; of an earlier one that was not answered it says nothing. */
const SAYS_NOTHING: readonly ErrorCode[] = ['exchange.sign_in_needed', 'app.rate_limited'];

/**
 * After a sale failed: `unclear` - nobody knows whether it was made, and only the same call tells; `renew` - another price may be
 * looked at; `over` - nothing was sold and nothing follows.
 */
export function afterFault(code: ErrorCode, wasUnclear: boolean): 'unclear' | 'renew' | 'over' {
  if (code === 'device.server_unreachable' || code === 'app.unavailable' || code === 'app.internal') return 'unclear';
  if (wasUnclear && SAYS_NOTHING.includes(code)) return 'unclear';
  return code === 'exchange.preview_expired' || code === 'exchange.price_changed' ? 'renew' : 'over';
}

/** Of money or percent, for its colour; the sign is in the words. */
export const toneOf = (value: number): 'up' | 'down' | 'even' => (value > 0 ? 'up' : value < 0 ? 'down' : 'even');

/** A line through `values` from left to right, least at the bottom; and the same closed to the bottom. Units of the view box. */
export function linePaths(
  values: readonly number[],
  { width, height, pad }: { readonly width: number; readonly height: number; readonly pad: number },
): { readonly line: string; readonly area: string } | undefined {
  if (values.length < 2) return undefined;
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  const points = values.map((value, index) => {
    const share = span === 0 ? 0.5 : (value - least) / span;
    const x = (index * width) / (values.length - 1);
    return `${x.toFixed(1)},${(height - pad - share * (height - 2 * pad)).toFixed(1)}`;
  });
  const line = `M${points.join('L')}`;
  return { line, area: `${line}L${width},${height}L0,${height}Z` };
}

const REASONS = [
  'USER_REJECTED',
  'EXPIRED',
  'UNSUPPORTED_ACTION',
  'INVALID_PAYLOAD',
  'NOT_AUTHENTICATED',
  'TICKET_INVALID',
] as const;
const ACTIONS = ['LOGIN_ON_DESKTOP', 'OPEN_DESKTOP_DASHBOARD', 'EXECUTE_DESKTOP_SELL', 'REQUEST_DESKTOP_SELL'] as const;
const SOURCES = ['coincap', 'coingecko'] as const;
const KINDS = ['BUY', 'SELL', 'DEPOSIT'] as const;

const known =
  <const T extends readonly string[]>(words: T) =>
  (word: string): T[number] | undefined =>
    words.find((one) => one === word);

/** Words that have a sentence; a phone and a server may be newer than this screen. */
export const knownReason = known(REASONS);
export const knownAction = known(ACTIONS);
export const knownSource = known(SOURCES);
export const knownKind = known(KINDS);
