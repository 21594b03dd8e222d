/** Files that somebody deleted while they were being changed on this device: its work is not gone, and a person decides. */
import { Button } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import classes from './client-list.module.css';

export function LostFiles({ onRestored }: { readonly onRestored: (id: string) => void }) {
  const t = useText();
  const api = useApi();
  const format = useShopFormat();
  const lost = useQuery(api.clients.lost.queryOptions());
  const restore = useMutation(api.clients.restoreCopy.mutationOptions());
  const dismiss = useMutation(api.clients.dismissLost.mutationOptions());
  const files = lost.data ?? [];
  if (files.length === 0) return null;
  return (
    <>
      {files.map(({ id, name, at }) => (
        <Notice
          key={id}
          tone="warn"
          icon={IconFileOff}
          action={
            <span className={classes.lostActions}>
              <Button
                variant="default"
                onClick={() => restore.mutate({ id }, { onSuccess: (copy) => onRestored(copy.id) })}
              >
                {t('manager:lost.restore')}
              </Button>
              <Button variant="subtle" onClick={() => dismiss.mutate({ id })}>
                {t('manager:lost.dismiss')}
              </Button>
            </span>
          }
        >
          {t('manager:lost.text', { name, at: format.dateTime(at) })}
        </Notice>
      ))}
      {restore.isError ? <ErrorLine error={restore.error} /> : null}
      {dismiss.isError ? <ErrorLine error={dismiss.error} /> : null}
    </>
  );
}
