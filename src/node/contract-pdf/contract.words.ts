/** The words of a contract: in Russian, as the law asks of a contract with a consumer. */
import { minorToDecimal } from '#shared/kernel/money.ts';
import words from './contract.words.json' with { type: 'json' };

export const WORDS = words;

/** Puts values into `{name}` of a phrase. */
export const fill = (phrase: string, values: Readonly<Record<string, string | number>>): string =>
  phrase.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** `3000.00` → `3 000,00`. */
export const roubles = (minor: number): string => {
  const [whole = '', cents = ''] = minorToDecimal(minor).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ' ')},${cents}`;
};

/** `01.01.2020` of `2020-01-01`. */
export const dayOf = (day: string | undefined): string => (day ?? '').split('-').toReversed().join('.');
