/** Check digits of the Russian taxpayer number (INN): 10 digits for a company, 12 for a person. */

const WEIGHTS_10 = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const WEIGHTS_11 = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const WEIGHTS_12 = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

const check = (digits: readonly number[], weights: readonly number[]): number =>
  (weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0) % 11) % 10;

/** True for a number of 10 or 12 digits whose check digits agree. All zeros pass the sums and are refused. */
export function isInn(text: string): boolean {
  if (!/^(\d{10}|\d{12})$/.test(text) || /^0+$/.test(text)) return false;
  const digits = Array.from(text, Number);
  return digits.length === 10
    ? check(digits, WEIGHTS_10) === digits[9]
    : check(digits, WEIGHTS_11) === digits[10] && check(digits, WEIGHTS_12) === digits[11];
}

/** True for the 12-digit form only: what tag 1203 (cashier's INN) takes. */
export const isPersonalInn = (text: string): boolean => text.length === 12 && isInn(text);

/** `123456789047` → `1234****9047`: how an INN may appear in a log. */
export const maskInn = (text: string): string => text.replace(/^(\d{4})\d+(\d{4})$/, '$1****$2');
