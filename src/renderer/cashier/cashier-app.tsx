import { useQuery } from '@tanstack/react-query';
import { useApi } from '../app/rpc.tsx';
import { EnrolmentForm } from '../features/enrolment/enrolment-form.tsx';
import { PinSignIn } from '../features/staff/pin-sign-in.tsx';
import { CoreGate } from '../ui/core-gate.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { SyncTag } from '../ui/sync-tag.tsx';
import { SaleScreen } from './sale-screen.tsx';

export function CashierApp() {
  return (
    <CoreGate>
      <Screen />
    </CoreGate>
  );
}

function Screen() {
  const api = useApi();
  const info = useQuery(api.device.info.queryOptions());
  const session = useQuery(api.staff.current.queryOptions());
  if (info.isPending || session.isPending) return <LoadingState />;
  if (info.isError) return <ErrorState error={info.error} onRetry={() => void info.refetch()} />;
  if (session.isError) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />;
  if (!info.data.device) return <EnrolmentForm version={info.data.version} />;
  if (!session.data.member) {
    return (
      <PinSignIn
        place={<bdi>{[info.data.device.name, info.data.shop?.name].filter(Boolean).join(' • ')}</bdi>}
        footer={<SyncTag sync={info.data.sync} />}
      />
    );
  }
  return <SaleScreen info={info.data} member={session.data.member} />;
}
