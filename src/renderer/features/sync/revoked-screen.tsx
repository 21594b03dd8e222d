/** The server has shut this device out: nothing is lost and nothing may be done, until it is connected anew. */
import { Button } from '@mantine/core';
import { IconDownload, IconLock, IconPlugConnected, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import classes from './revoked-screen.module.css';

export function RevokedScreen({ place, onEnrol }: { readonly place: ReactNode; readonly onEnrol: () => void }) {
  const t = useText();
  const api = useApi();
  const queryClient = useQueryClient();
  const status = useQuery(api.sync.status.queryOptions());
  const tryNow = useMutation(
    api.sync.tryNow.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: api.device.key() }),
    }),
  );
  const save = useMutation(api.sync.export.mutationOptions());
  const unsent = status.data?.unsent ?? 0;
  return (
    <main className={classes.page}>
      <StatePanel
        role="alert"
        icon={IconLock}
        tone="bad"
        title={t('sync:revoked.title')}
        text={
          <>
            {place}
            <br />
            {t('sync:revoked.text')} {unsent > 0 ? t('sync:revoked.unsent', { count: unsent }) : null}
          </>
        }
        action={
          <div className={classes.acts}>
            <Button
              variant="default"
              leftSection={<IconRefresh size={20} aria-hidden />}
              loading={tryNow.isPending}
              onClick={() => tryNow.mutate(undefined)}
            >
              {t('common:action.retry')}
            </Button>
            {unsent > 0 ? (
              <Button
                variant="default"
                leftSection={<IconDownload size={20} aria-hidden />}
                loading={save.isPending}
                onClick={() => save.mutate(undefined)}
              >
                {t('sync:save')}
              </Button>
            ) : null}
          </div>
        }
      />
      {save.data ? (
        <output className={classes.saved}>
          {t('sync:saved', { count: save.data.waiting + save.data.letters })} <code>{save.data.path}</code>
        </output>
      ) : null}
      {save.error ? <ErrorLine error={save.error} /> : null}
      <Button variant="subtle" leftSection={<IconPlugConnected size={20} aria-hidden />} onClick={onEnrol}>
        {t('sync:revoked.again')}
      </Button>
    </main>
  );
}
