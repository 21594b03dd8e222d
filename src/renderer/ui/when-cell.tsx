/** The cell of a live list that says when: the time, and how long ago; of another day, its date. */
import { useNow } from '../app/clock.tsx';
import { useFormat } from '../app/format.ts';
import classes from './when-cell.module.css';

export function WhenCell({
  at,
  timeZone,
  className,
}: {
  /** Unix milliseconds. */
  readonly at: number;
  readonly timeZone: string;
  readonly className: string | undefined;
}) {
  const format = useFormat(timeZone);
  const now = useNow(30_000);
  const isToday = format.date(at) === format.date(now);
  return (
    <span className={`${classes.when ?? ''} ${className ?? ''}`}>
      <strong>{format.time(at)}</strong>
      <small>{isToday ? format.ago(at, now) : format.dayMonth(at)}</small>
    </span>
  );
}
