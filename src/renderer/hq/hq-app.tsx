/** Headquarters in a browser: who looks, then where they look. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router';
import { useHq } from '../app/hq.tsx';
import { meQuery, useSessionEnd } from '../features/hq-session/session.ts';
import { SignInPage } from '../features/hq-session/sign-in-page.tsx';
import { PasswordPage } from '../features/hq-users/password-page.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { CataloguePage } from './catalogue-page.tsx';
import { AuditPage, ConnectionsPage, JobsPage, ReconciliationPage, UsersPage } from './console-pages.tsx';
import { AlertsPage, QueuePage, RegistersPage } from './fiscal-pages.tsx';
import { HqLayout } from './hq-layout.tsx';
import { MeProvider } from './me.tsx';
import { DevicesPage, OrdersPage, ReceiptsPage, SummaryPage } from './pages.tsx';
import { PartnerApp } from './partner-app.tsx';
import { ReportsPage } from './reports-page.tsx';
import { SyncPage } from './sync-page.tsx';

// The address is `/hq/…`, also when the server answers at `/`.
export const createHqRouter = () =>
  createBrowserRouter(
    [
      {
        path: '/',
        Component: HqLayout,
        children: [
          { index: true, Component: SummaryPage },
          { path: 'orders', Component: OrdersPage },
          { path: 'receipts', Component: ReceiptsPage },
          { path: 'reports', Component: ReportsPage },
          { path: 'queue', Component: QueuePage },
          { path: 'alerts', Component: AlertsPage },
          { path: 'catalogue', Component: CataloguePage },
          { path: 'registers', Component: RegistersPage },
          { path: 'devices', Component: DevicesPage },
          { path: 'sync', Component: SyncPage },
          { path: 'reconciliation', Component: ReconciliationPage },
          { path: 'users', Component: UsersPage },
          { path: 'audit', Component: AuditPage },
          { path: 'jobs', Component: JobsPage },
          { path: 'connections', Component: ConnectionsPage },
          { path: '*', element: <Navigate to="/" replace /> },
        ],
      },
    ],
    { basename: '/hq' },
  );

export function HqApp({ router }: { readonly router: ReturnType<typeof createHqRouter> }) {
  const hq = useHq();
  const me = useQuery(meQuery(hq));
  const invitation = useInvitation();
  const hasExpired = useSessionEnd((state) => state.hasExpired);
  if (invitation.secret !== undefined) return <PasswordPage secret={invitation.secret} onDone={invitation.leave} />;
  if (me.isPending) return <LoadingState />;
  if (me.isError) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />;
  if (me.data === null) return <SignInPage expired={hasExpired} />;
  return (
    <MeProvider me={me.data}>
      {me.data.roles.includes('partner') && !me.data.roles.includes('hq_admin') ? (
        <PartnerApp />
      ) : (
        <RouterProvider router={router} />
      )}
    </MeProvider>
  );
}

/** Whoever opens an invitation is not signed in yet, or as somebody else. */
function useInvitation(): { readonly secret: string | undefined; readonly leave: () => void } {
  const [secret, setSecret] = useState(() =>
    location.pathname === '/hq/invitation' && location.hash.length > 1 ? location.hash.slice(1) : undefined,
  );
  const leave = () => {
    history.replaceState(null, '', '/hq');
    setSecret(undefined);
  };
  return { secret, leave };
}
