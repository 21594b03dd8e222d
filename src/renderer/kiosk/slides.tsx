/**
 * What is on sale, one service after another, for whoever walks by. Where the machine asks for less motion nothing changes
 * by itself: then all of them stand side by side.
 */
import { useReducedMotion } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useText } from '../app/i18n/i18n.ts';
import { ServiceIcon } from '../features/visits/service-card.tsx';
import type { Service } from '../features/visits/services.rules.ts';
import { Money } from '../ui/money.tsx';
import classes from './slides.module.css';

/** Long enough to be read twice. */
const SHOWN_MS = 7000;

export function Slides({ services }: { readonly services: readonly Service[] }) {
  const t = useText();
  const isCalm = useReducedMotion(undefined, { getInitialValueInEffect: false });
  const on = services.filter(({ available }) => available);
  const shown = useTurn(isCalm ? 0 : on.length);
  if (isCalm || on.length < 2) {
    return (
      <span className={classes.row} aria-hidden>
        {on.map(({ kind }) => (
          <ServiceIcon key={kind} kind={kind} className={classes.icon ?? ''} />
        ))}
      </span>
    );
  }
  return (
    <span className={classes.stage} aria-hidden>
      {on.map(({ kind, item }, index) => (
        <span key={kind} className={classes.slide} data-kind={kind} data-shown={index === shown}>
          <ServiceIcon kind={kind} className={classes.large ?? ''} />
          <span className={classes.words}>
            <span className={classes.name}>{t(`kiosk:kind.${kind}.name`)}</span>
            <span className={classes.text}>{t(`kiosk:kind.${kind}.text`)}</span>
            <Money className={classes.price ?? ''} minor={item.priceMinor} short />
          </span>
        </span>
      ))}
      <span className={classes.dots}>
        {on.map(({ kind }, index) => (
          <span key={kind} className={classes.dot} data-shown={index === shown} />
        ))}
      </span>
    </span>
  );
}

/** Whose turn it is among so many. */
function useTurn(count: number): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (count < 2) return;
    const timer = setInterval(() => setTurn((last) => last + 1), SHOWN_MS);
    return () => clearInterval(timer);
  }, [count]);
  return count === 0 ? 0 : turn % count;
}
