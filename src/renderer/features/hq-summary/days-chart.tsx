/** Orders of the last days as bars. The picture is for eyes; a table with the same numbers is for everybody else. */
import { useId, useState } from 'react';
import type { HqSummary } from '#shared/hq/hq.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { bars } from './chart.rules.ts';
import classes from './days-chart.module.css';

const SIZE = { width: 700, height: 96, gap: 0.3 } as const;

export function DaysChart({ days }: { readonly days: HqSummary['days'] }) {
  const t = useText();
  // A day is a date of the organisation's zone, not a moment: it must not be moved by another zone.
  const format = useFormat('UTC');
  const title = useId();
  const [at, setAt] = useState<number>();
  const counts = days.map((day) => day.orders);
  const dateOf = (day: string) => format.dayMonth(Date.parse(`${day}T00:00:00Z`));
  const shown = at === undefined ? undefined : days[at];
  return (
    <section className={classes.chart} aria-labelledby={title}>
      <header className={classes.head}>
        <h2 id={title}>{t('hq:summary.days')}</h2>
        <span>
          {shown
            ? t('hq:summary.day', {
                date: dateOf(shown.day),
                orders: format.number(shown.orders),
                revenue: format.money(shown.revenueMinor, { short: true }),
              })
            : t('hq:summary.most', { count: Math.max(...counts, 0) })}
        </span>
      </header>
      <svg
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        preserveAspectRatio="none"
        className={classes.svg}
        aria-hidden
        onMouseLeave={() => setAt(undefined)}
      >
        {bars(counts, SIZE).map((bar, index) => (
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
        <span>{t('hq:summary.today')}</span>
      </p>
      <table className="visually-hidden">
        <caption>{t('hq:summary.days')}</caption>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{dateOf(day.day)}</th>
              <td>{t('hq:summary.orders', { count: day.orders })}</td>
              <td>{format.money(day.revenueMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
