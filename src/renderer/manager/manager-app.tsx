import { useQuery } from '@tanstack/react-query';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import type { StaffSession } from '#shared/rpc/staff.contract.ts';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { useApi } from '../app/rpc.tsx';
import { ClientList } from '../features/clients/client-list.tsx';
import { EnrolmentForm } from '../features/enrolment/enrolment-form.tsx';
import { PersonMenu } from '../features/staff/person-menu.tsx';
import { PinSignIn } from '../features/staff/pin-sign-in.tsx';
import { CoreGate } from '../ui/core-gate.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { ProductMark } from '../ui/product-mark.tsx';
import { SyncTag } from '../ui/sync-tag.tsx';
import classes from './manager-app.module.css';

export function ManagerApp() {
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
  return <Clients info={info.data} member={session.data.member} />;
}

function Clients({
  info,
  member,
}: {
  readonly info: DeviceInfo;
  readonly member: NonNullable<StaffSession['member']>;
}) {
  const t = useText();
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <ProductMark />
        <h1 className={classes.title}>
          {t('manager:title')}
          {info.shop ? (
            <span className={classes.shop}>
              <bdi>{info.shop.name}</bdi>
            </span>
          ) : null}
        </h1>
        <SyncTag sync={info.sync} />
        <PersonMenu member={member} />
      </header>
      <main className={classes.main}>
        <FeatureBoundary name="clients">
          <ClientList />
        </FeatureBoundary>
      </main>
    </div>
  );
}
