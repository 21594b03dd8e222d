/** An X or Z report as the register's paper has it: the shift by the counters, the drawer, what was counted. */
import type { ShiftReport } from '#shared/fiscal/shift.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShop, useShopFormat } from '../../app/shop.ts';
import { PaperHead } from '../../ui/paper-head.tsx';
import { finalCount, outcomeOf } from './count.rules.ts';
import classes from './report-paper.module.css';

export function ReportPaper({ report }: { readonly report: ShiftReport }) {
  const t = useText();
  const shop = useShop();
  const format = useShopFormat();
  const { register } = report;
  const count = finalCount(report.counts);
  const outcome = count && outcomeOf(count);
  return (
    <article
      className={classes.paper}
      aria-label={t(`desk:report.name.${report.kind}`, { number: report.shiftNumber })}
    >
      <PaperHead shop={shop} />
      <h2 className={classes.kind}>{t(`desk:report.kind.${report.kind}`)}</h2>
      <dl className={classes.part}>
        <Row name={t('receipt:shift')} value={format.number(report.shiftNumber)} />
        <Row name={t('receipt:date')} value={format.dateTime(report.at)} />
        <Row name={t('receipt:operator')} value={report.operatorName} />
        {report.automatic ? <Row name={t('desk:report.closed_by')} value={t('desk:report.automatic')} /> : null}
      </dl>
      {(['sell', 'sellReturn'] as const).map((row) => (
        <dl key={row} className={classes.part}>
          <Row
            isHead
            name={t('desk:report.receipts', { name: t(`desk:reconcile.row.${row}`), count: register[row].count })}
            value={format.sum(register[row].totalMinor)}
          />
          <Row name={t('receipt:tender.cash')} value={format.sum(register[row].cashMinor)} />
          <Row name={t('receipt:tender.card')} value={format.sum(register[row].cardMinor)} />
        </dl>
      ))}
      <dl className={classes.part}>
        {(['cashIn', 'cashOut'] as const).map((row) => (
          <Row
            key={row}
            name={t('desk:report.receipts', { name: t(`desk:reconcile.row.${row}`), count: register[row].count })}
            value={format.sum(register[row].totalMinor)}
          />
        ))}
        <Row isHead name={t('desk:shift.cash')} value={format.sum(report.drawerMinor)} />
      </dl>
      {count && outcome ? (
        <dl className={classes.part}>
          <Row name={t('desk:count.by')} value={count.countedBy} />
          <Row name={t('desk:count.counted')} value={format.sum(count.countedMinor)} />
          <Row name={t('desk:count.expected')} value={format.sum(count.expectedMinor)} />
          <Row
            isHead
            name={t(`desk:count.outcome.${outcome.kind}`)}
            value={outcome.byMinor === 0 ? '' : format.sum(outcome.byMinor)}
          />
        </dl>
      ) : report.kind === 'z' ? (
        <p className={classes.note}>{t('desk:count.not_counted')}</p>
      ) : null}
      <dl className={classes.part}>
        <Row name={t('desk:report.unsent')} value={format.number(report.unsentDocuments)} />
        <Row
          name={t('desk:report.reconciled')}
          value={report.differences.length === 0 ? t('desk:report.agrees') : t('desk:report.differs')}
        />
      </dl>
      <footer className={classes.fiscal}>
        <dl>
          <Row name={t('desk:register.serial')} value={report.kktSerial} />
          <Row name={t('receipt:fn')} value={report.fnNumber} />
          {report.fiscalDocumentNumber === undefined ? null : (
            <Row name={t('receipt:fd')} value={String(report.fiscalDocumentNumber)} />
          )}
          {report.fiscalSign === undefined ? null : <Row name={t('receipt:fp')} value={report.fiscalSign} />}
        </dl>
      </footer>
    </article>
  );
}

function Row({
  name,
  value,
  isHead = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly isHead?: boolean;
}) {
  return (
    <div className={classes.row} data-head={isHead || undefined}>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}
