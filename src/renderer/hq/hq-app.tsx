/** Headquarters in a browser: who looks, then where they look. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router';
import type { Me } from '#shared/hq/hq.api.ts';
import { useHq } from '../app/hq.tsx';
import { meQuery } from '../features/hq-session/session.ts';
import { SignInPage } from '../features/hq-session/sign-in-page.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { HqLayout } from './hq-layout.tsx';
import { MeProvider } from './me.tsx';
import { DevicesPage, OrdersPage, ReceiptsPage, SummaryPage } from './pages.tsx';

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
          { path: 'devices', Component: DevicesPage },
          { path: '*', element: <Navigate to="/" replace /> },
        ],
      },
    ],
    { basename: '/hq' },
  );

export function HqApp({ router }: { readonly router: ReturnType<typeof createHqRouter> }) {
  const hq = useHq();
  const me = useQuery(meQuery(hq));
  const wasSignedIn = useWasSignedIn(me.data);
  if (me.isPending) return <LoadingState />;
  if (me.isError) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />;
  if (me.data === null) return <SignInPage expired={wasSignedIn} />;
  return (
    <MeProvider me={me.data}>
      <RouterProvider router={router} />
    </MeProvider>
  );
}

/** True once a session ended by itself; a person who signed out knows why they are here. */
function useWasSignedIn(me: Me | null | undefined): boolean {
  const before = useRef(false);
  const result = me === null && before.current;
  useEffect(() => {
    if (me) before.current = true;
  }, [me]);
  return result;
}
