import { useQuery } from '@tanstack/react-query';
import { useText } from '../app/i18n/i18n.ts';
import { useApi } from '../app/rpc.tsx';
import { EnrolmentForm } from '../features/enrolment/enrolment-form.tsx';
import { CoreGate } from '../ui/core-gate.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function ManagerApp() {
  return (
    <CoreGate>
      <Screen />
    </CoreGate>
  );
}

function Screen() {
  const t = useText();
  const api = useApi();
  const info = useQuery(api.device.info.queryOptions());
  if (info.isPending) return <LoadingState />;
  if (info.isError) return <ErrorState error={info.error} onRetry={() => void info.refetch()} />;
  if (!info.data.device) return <EnrolmentForm version={info.data.version} />;
  return <PageHeader title={t('manager:title')} />;
}
