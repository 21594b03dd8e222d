import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import type { StaffSession } from '#shared/rpc/staff.contract.ts';
import { useApi } from '../app/rpc.tsx';
import { EnrolmentForm } from '../features/enrolment/enrolment-form.tsx';
import { PinSignIn } from '../features/staff/pin-sign-in.tsx';
import { CoreGate } from '../ui/core-gate.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { SyncTag } from '../ui/sync-tag.tsx';

/** Who works at this device now. */
export type Member = NonNullable<StaffSession['member']>;

/** The way to every screen of a mode with staff: a core that answers, a device that is enrolled, a person who signed in. */
export function StaffedApp({ children }: { readonly children: (info: DeviceInfo, member: Member) => ReactNode }) {
  return (
    <CoreGate>
      <Door>{children}</Door>
    </CoreGate>
  );
}

function Door({ children }: { readonly children: (info: DeviceInfo, member: Member) => ReactNode }) {
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
  return children(info.data, session.data.member);
}
