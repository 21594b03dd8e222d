/** A number a day as bars. The picture is for eyes; a table with the same numbers is for everybody else. */
import { useId, useState } from 'react';
import { useFormat } from '../app/format.ts';
import { bars } from './chart.rules.ts';
import classes from './days-chart.module.css';

const SIZE = { width: 700, height: 96, gap: 0.3 } as const;

export interface ChartDay {
  /** `2026-11-21`: a date of the organisation's zone. */
  readonly day: string;
  readonly value: number;
  /** What the bar stands for, in words: the cells of its line in the table. */
  readonly cells: readonly string[];
}

export function DaysChart({
  title,
  note,
  today,
  days,
}: {
  readonly title: string;
  /** What stands beside the title: of the day that is pointed at, with its date, or of all of them. */
  readonly note: (at: { readonly index: number; readonly date: string } | undefined) => string;
  readonly today: string;
  /** Oldest first; the last is today. */
  readonly days: readonly ChartDay[];
}) {
  // A day is a date, not a moment: it must not be moved by another zone.
  const format = useFormat('UTC');
  const name = useId();
  const [at, setAt] = useState<number>();
  const dateOf = (day: string) => format.dayMonth(Date.parse(`${day}T00:00:00Z`));
  const shown = at === undefined ? undefined : days[at];
  return (
    <section className={classes.chart} aria-labelledby={name}>
      <header className={classes.head}>
        <h2 id={name}>{title}</h2>
        <span>{note(shown && at !== undefined ? { index: at, date: dateOf(shown.day) } : undefined)}</span>
      </header>
      <svg
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        preserveAspectRatio="none"
        className={classes.svg}
        aria-hidden
        onMouseLeave={() => setAt(undefined)}
      >
        {bars(
          days.map(({ value }) => value),
          SIZE,
        ).map((bar, index) => (
          <g key={days[index]?.day} onMouseEnter={() => setAt(index)}>
            <rect x={bar.x} y={0} width={bar.width} height={SIZE.height} fill="transparent" />
            <rect
              {...bar}
              rx={4}
              className={classes.bar}
              data-today={index === days.length - 1 || undefined}
              data-at={index === at || undefined}
            />
          </g>
        ))}
      </svg>
      <p className={classes.axis} aria-hidden>
        <span>{days[0] ? dateOf(days[0].day) : null}</span>
        <span>{today}</span>
      </p>
      <table className="visually-hidden">
        <caption>{title}</caption>
        <tbody>
          {days.map(({ day, cells }) => (
            <tr key={day}>
              <th scope="row">{dateOf(day)}</th>
              {cells.map((cell) => (
                <td key={cell}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
