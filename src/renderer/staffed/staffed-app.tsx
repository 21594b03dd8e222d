import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import type { StaffSession } from '#shared/rpc/staff.contract.ts';
import { useApi } from '../app/rpc.tsx';
import { EnrolmentForm } from '../features/enrolment/enrolment-form.tsx';
import { PinSignIn } from '../features/staff/pin-sign-in.tsx';
import { RevokedScreen } from '../features/sync/revoked-screen.tsx';
import { SyncBadge } from '../features/sync/sync-badge.tsx';
import { CoreGate } from '../ui/core-gate.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';

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
  if (info.data.sync.state === 'revoked') return <Revoked info={info.data} />;
  if (!session.data.member) {
    return <PinSignIn place={<Place info={info.data} />} footer={<SyncBadge />} />;
  }
  return children(info.data, session.data.member);
}

function Place({ info }: { readonly info: DeviceInfo }) {
  return <bdi>{[info.device?.name, info.shop?.name].filter(Boolean).join(' • ')}</bdi>;
}

/** What was made here stays; the way back in is a new code. */
function Revoked({ info }: { readonly info: DeviceInfo }) {
  const [isEnrolling, setEnrolling] = useState(false);
  if (isEnrolling) return <EnrolmentForm version={info.version} serverUrl={info.serverUrl ?? ''} />;
  return <RevokedScreen place={<Place info={info} />} onEnrol={() => setEnrolling(true)} />;
}
