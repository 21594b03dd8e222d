import { type ThicknessSummary, VERDICTS } from '#shared/diagnostics/thickness.rules.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './verdict-legend.module.css';

/** What the colours of the drawing mean, with how many zones have each. */
export function VerdictLegend({ summary }: { readonly summary: ThicknessSummary }) {
  const t = useText();
  const rows = [
    ...VERDICTS.map((verdict) => ({ verdict, count: summary.counts[verdict] })),
    { verdict: 'missing' as const, count: summary.missing.length },
  ].filter(({ count }) => count > 0);
  return (
    <ul className={classes.legend}>
      {rows.map(({ verdict, count }) => (
        <li key={verdict} className={classes.row} data-verdict={verdict}>
          <span className={classes.swatch} aria-hidden />
          <span className={classes.name}>{t(`checks:verdict.${verdict}`)}</span>
          <bdi className={classes.count}>{count}</bdi>
        </li>
      ))}
    </ul>
  );
}
