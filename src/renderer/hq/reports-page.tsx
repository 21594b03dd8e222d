/** Reports that guests took along, and how they reach them. */
import { useState } from 'react';
import type { HqReport } from '#shared/hq/reports.api.ts';
import { useText } from '../app/i18n/i18n.ts';
import { usePolling } from '../features/hq-live/live.ts';
import { ReportsList } from '../features/hq-reports/reports-list.tsx';
import { ResendDialog } from '../features/hq-reports/resend-dialog.tsx';
import { useMe } from './me.tsx';
import { Page } from './page.tsx';

export function ReportsPage() {
  const t = useText();
  const { timeZone } = useMe().organization;
  const [resending, setResending] = useState<HqReport>();
  return (
    <Page name="reports" subtitle={t('reports:subtitle')}>
      <ReportsList timeZone={timeZone} refetchInterval={usePolling()} onResend={setResending} />
      {resending === undefined ? null : (
        <ResendDialog reportId={resending.report.id} onClose={() => setResending(undefined)} />
      )}
    </Page>
  );
}
