import { IconFileTypePdf } from '@tabler/icons-react';
import type { ReportView } from '#shared/rpc/reports.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './report-summary.module.css';

/** What is on the paper, in one look: how many of each kind, and whether something is missing. */
export function ReportSummary({
  report: { kind, summary },
}: {
  readonly report: Pick<ReportView, 'kind' | 'summary'>;
}) {
  const t = useText();
  const counts = (['now', 'soon', 'watch'] as const).filter((one) => summary[one] > 0);
  return (
    <section className={classes.sheet}>
      <h2 className={classes.kind}>
        <IconFileTypePdf aria-hidden stroke={1.5} />
        {t(`report:kind.${kind}`)}
      </h2>
      {counts.length === 0 ? <p className={classes.none}>{t(`report:counts.${kind}.none`)}</p> : null}
      <ul className={classes.counts}>
        {counts.map((one) => (
          <li key={one} data-weight={kind === 'thickness' && one === 'watch' ? 'fine' : one}>
            <bdi className={classes.number}>{summary[one]}</bdi>
            {t(`report:counts.${kind}.${one}`)}
          </li>
        ))}
      </ul>
      {summary.incomplete ? <p className={classes.incomplete}>{t('report:incomplete')}</p> : null}
    </section>
  );
}
