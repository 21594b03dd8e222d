/** A manager in a browser without a device: who it is by e-mail and password, then the same screens over `/api/manager`. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { RouterProvider } from 'react-router';
import { z } from 'zod';
import { useText } from '../app/i18n/i18n.ts';
import { ManagerProvider, managerKeys } from '../app/manager.tsx';
import { clearDrafts } from '../features/client-wizard/draft.store.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { FrameTools } from './frame.tsx';
import { callManager, me } from './manager-http.ts';
import type { createServerRouter } from './manager-router.tsx';
import { useManagerSession } from './manager-session.store.ts';
import classes from './server-app.module.css';
import { createServerSource } from './server-source.ts';
import { SignInPage } from './sign-in-page.tsx';

type Router = ReturnType<typeof createServerRouter>;

export function ServerManagerApp({ router }: { readonly router: Router }) {
  const { token, hasExpired } = useManagerSession();
  const queryClient = useQueryClient();
  useEffect(() => {
    if (token !== undefined) void queryClient.invalidateQueries();
  }, [token, queryClient]);
  if (token === undefined && !hasExpired) return <SignInPage hasExpired={false} />;
  return (
    <>
      {/* What was typed is still there, behind the door. */}
      <div className={classes.page} inert={hasExpired}>
        <Desk router={router} />
      </div>
      {hasExpired ? (
        <div className={classes.cover}>
          <SignInPage hasExpired />
        </div>
      ) : null}
    </>
  );
}

function Desk({ router }: { readonly router: Router }) {
  const t = useText();
  const queryClient = useQueryClient();
  const session = useManagerSession();
  const who = useQuery({ queryKey: [...managerKeys.all, 'me'], queryFn: ({ signal }) => me(signal) });
  const { id, name, time_zone: timeZone } = who.data ?? {};
  const source = useMemo(
    () =>
      id === undefined || name === undefined || timeZone === undefined
        ? undefined
        : createServerSource({ timeZone, me: { id, name } }),
    [id, name, timeZone],
  );
  if (source === undefined) {
    return who.isError ? <ErrorState error={who.error} onRetry={() => void who.refetch()} /> : <LoadingState />;
  }
  const leave = async () => {
    // The server ends the session if it is there; the page forgets it in any case.
    await callManager('/auth/logout', z.unknown(), { method: 'POST' }).catch(() => undefined);
    clearDrafts();
    session.end();
    queryClient.clear();
  };
  return (
    <ManagerProvider source={source}>
      <FrameTools
        value={
          <>
            <bdi className={classes.name}>{name}</bdi>
            <Tooltip label={t('wizard:server.sign_out')}>
              <ActionIcon aria-label={t('wizard:server.sign_out')} onClick={() => void leave()}>
                <IconLogout size={20} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </>
        }
      >
        <RouterProvider router={router} />
      </FrameTools>
    </ManagerProvider>
  );
}
