/** Dollars, prices and quantities of currencies as a person reads them: decimals in text stay exact. */
import { useMemo } from 'react';
import { useFormat } from '../../app/format.ts';

export interface Amounts {
  readonly dollars: (minor: number) => string;
  /** With its sign: `+100,00 $`, `-5,00 $`. */
  readonly gain: (minor: number) => string;
  /** Of a price in dollars as `60000.00`; no digit is lost. */
  readonly price: (decimal: string) => string;
  readonly quantity: (decimal: string) => string;
  /** Of a quantity for a narrow place: eight decimals at most, never more than there is. */
  readonly brief: (decimal: string) => string;
  /** Of `-1.67` percent: `-1,67 %`, `+1,84 %`. */
  readonly change: (decimal: string) => string;
}

/** The most that an `Intl` format keeps of what the server counts in. */
const PLACES = 18;
/** `Intl` reads decimal text exactly; its type asks for text that is known to be a number. */
const exact = (decimal: string) => decimal as `${number}`;

export function createAmounts(locale: string): Amounts {
  const usd = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  const dollars = new Intl.NumberFormat(locale, usd);
  const gain = new Intl.NumberFormat(locale, { ...usd, signDisplay: 'exceptZero' });
  const price = new Intl.NumberFormat(locale, { ...usd, maximumFractionDigits: PLACES });
  const quantity = new Intl.NumberFormat(locale, { maximumFractionDigits: PLACES });
  const brief = new Intl.NumberFormat(locale, { maximumFractionDigits: 8, roundingMode: 'trunc' });
  const places = { minimumFractionDigits: 2, maximumFractionDigits: 2 } as const;
  const change = new Intl.NumberFormat(locale, { style: 'percent', ...places, signDisplay: 'exceptZero' });
  return {
    dollars: (minor) => dollars.format(minor / 100),
    gain: (minor) => gain.format(minor / 100),
    price: (decimal) => price.format(exact(decimal)),
    quantity: (decimal) => quantity.format(exact(decimal)),
    brief: (decimal) => brief.format(exact(decimal)),
    change: (decimal) => change.format(Number(decimal) / 100),
  };
}

export function useAmounts(): Amounts {
  const { locale } = useFormat();
  return useMemo(() => createAmounts(locale), [locale]);
}
