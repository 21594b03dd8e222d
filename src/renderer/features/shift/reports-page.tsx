/** Every X and Z report of this device, newest first, and the chosen one as its paper. */
import { UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconFileText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ShiftReport } from '#shared/fiscal/shift.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { PrintAgain } from './print-again.tsx';
import { Reconciliation } from './reconciliation.tsx';
import { ReportPaper } from './report-paper.tsx';
import classes from './reports-page.module.css';

export function ReportsPage({
  chosenId,
  onChoose,
}: {
  readonly chosenId: string | undefined;
  readonly onChoose: (id: string) => void;
}) {
  const t = useText();
  const api = useApi();
  const registers = useQuery(api.fiscal.registers.queryOptions());
  const reports = useQuery(api.shift.reports.queryOptions({ input: { limit: 200 } }));
  if (reports.isPending) return <LoadingState />;
  if (reports.isError) return <ErrorState error={reports.error} onRetry={() => void reports.refetch()} />;
  // With one register nobody asks which.
  const names = new Map((registers.data ?? []).map(({ id, name }) => [id, name ?? id]));
  const nameOf = (id: string) => (names.size > 1 ? (names.get(id) ?? id) : undefined);
  const chosen = reports.data.find((one) => one.id === chosenId) ?? reports.data[0];
  return (
    <div className={classes.page}>
      <PageHeader title={t('desk:section.reports')} />
      {chosen ? (
        <div className={classes.columns}>
          <ul className={classes.list}>
            {reports.data.map((report) => (
              <li key={report.id}>
                <ReportRow
                  report={report}
                  registerName={nameOf(report.fiscalDeviceId)}
                  isChosen={report === chosen}
                  onChoose={() => onChoose(report.id)}
                />
              </li>
            ))}
          </ul>
          <Chosen key={chosen.id} report={chosen} />
        </div>
      ) : (
        <EmptyState icon={IconFileText} title={t('desk:report.empty')} text={t('desk:report.empty_text')} />
      )}
    </div>
  );
}

function ReportRow({
  report,
  registerName,
  isChosen,
  onChoose,
}: {
  readonly report: ShiftReport;
  readonly registerName: string | undefined;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const agrees = report.differences.length === 0;
  return (
    <UnstyledButton className={classes.row} aria-pressed={isChosen} onClick={onChoose} onFocus={onChoose}>
      <span className={classes.kind} data-kind={report.kind} aria-hidden>
        {report.kind.toUpperCase()}
      </span>
      <span className={classes.words}>
        <span className={classes.name}>{t(`desk:report.name.${report.kind}`, { number: report.shiftNumber })}</span>
        <span className={classes.more}>
          {format.dateTime(report.at)} • <bdi>{report.operatorName}</bdi>
          {registerName === undefined ? null : (
            <>
              {' • '}
              <bdi>{registerName}</bdi>
            </>
          )}
        </span>
      </span>
      <span className={classes.end}>
        <bdi className={classes.sum}>{format.sum(report.register.sell.totalMinor)}</bdi>
        <StatusTag tone={agrees ? 'good' : 'warn'} icon={agrees ? IconCheck : IconAlertTriangle}>
          {agrees ? t('desk:report.agrees') : t('desk:report.differs')}
        </StatusTag>
      </span>
    </UnstyledButton>
  );
}

function Chosen({ report }: { readonly report: ShiftReport }) {
  const t = useText();
  return (
    <section
      className={classes.chosen}
      aria-label={t(`desk:report.name.${report.kind}`, { number: report.shiftNumber })}
    >
      <div className={classes.act}>
        <PrintAgain report={report} />
      </div>
      <div className={classes.paper}>
        <ReportPaper report={report} />
      </div>
      {report.differences.length === 0 ? null : <Reconciliation reading={report} />}
    </section>
  );
}
