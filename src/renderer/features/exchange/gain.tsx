/** What was won or lost: its sign in words, its colour beside them. */

import { useAmounts } from './amounts.ts';
import { toneOf } from './exchange.rules.ts';
import classes from './gain.module.css';

export function Gain({ minor, pct }: { readonly minor: number; readonly pct?: string }) {
  const amounts = useAmounts();
  return (
    <bdi className={classes.gain} data-tone={toneOf(minor)}>
      {amounts.gain(minor)}
      {pct === undefined ? null : ` (${amounts.change(pct)})`}
    </bdi>
  );
}

export function Change({ pct }: { readonly pct: string }) {
  const amounts = useAmounts();
  return (
    <bdi className={classes.gain} data-tone={toneOf(Number(pct))}>
      {amounts.change(pct)}
    </bdi>
  );
}
