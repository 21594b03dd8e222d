/** The end of a shift: its document on the way, then the Z report itself. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { focusOnMount } from '../../app/focus.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import classes from './closing-report.module.css';
import { PrintAgain } from './print-again.tsx';
import { ReportPaper } from './report-paper.tsx';

export function ClosingReport({
  taskId,
  renderTask,
  onDone,
}: {
  readonly taskId: string;
  readonly renderTask: (taskId: string) => ReactNode;
  readonly onDone: () => void;
}) {
  const t = useText();
  const api = useApi();
  const task = useQuery(api.fiscal.task.queryOptions({ input: { id: taskId } }));
  const reports = useQuery(api.shift.reports.queryOptions({ input: { limit: 10 } }));
  const document = task.data?.document;
  const report = reports.data?.find(
    (one) =>
      one.kind === 'z' &&
      one.fiscalDeviceId === task.data?.registerId &&
      document !== undefined &&
      one.fiscalDocumentNumber === document.fiscalDocumentNumber,
  );
  return (
    <div className={classes.columns}>
      <section className={classes.way}>
        {renderTask(taskId)}
        <div className={classes.buttons}>
          {/* Not the answer to the same Enter that asked for the report. */}
          <Button
            key={report?.id}
            variant={report ? 'filled' : 'default'}
            onClick={onDone}
            ref={report ? focusOnMount : undefined}
          >
            {t('desk:close.done')}
          </Button>
          {report ? <PrintAgain report={report} /> : null}
        </div>
      </section>
      {report ? (
        <div className={classes.paper}>
          <ReportPaper report={report} />
        </div>
      ) : null}
    </div>
  );
}
