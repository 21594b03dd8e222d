/** How long something still holds, by the server's clock. */
import { IconClock } from '@tabler/icons-react';
import { useNow } from '../../app/clock.tsx';
import classes from './countdown.module.css';
import { minutes, remainingMs } from './exchange.rules.ts';

/** Often enough that a second never seems to last two. */
const TICK_MS = 250;
/** From here on it is said louder. */
const SOON_MS = 10_000;

export const useRemaining = (expiresAt: number, clockOffsetMs: number): number =>
  remainingMs(expiresAt, useNow(TICK_MS), clockOffsetMs);

export function Countdown({ label, leftMs }: { readonly label: string; readonly leftMs: number }) {
  return (
    <span className={classes.countdown} role="timer" data-soon={leftMs <= SOON_MS || undefined}>
      <IconClock size={18} aria-hidden />
      <span>{label}</span>
      <strong>{minutes(leftMs)}</strong>
    </span>
  );
}
