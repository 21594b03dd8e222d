/** «Что не дошло до сервера»: how the link is, what waits, what was not taken, and what may be done about it. */
import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload, IconFileCheck, IconPhotoUp, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { LettersList } from './letters-list.tsx';
import { LinkNotice } from './link-notice.tsx';
import classes from './sync-page.module.css';
import { WaitingList } from './waiting-list.tsx';

const SHOWS = ['waiting', 'unread', 'read'] as const;
type Show = (typeof SHOWS)[number];

const sentPercent = ({ bytes, sentBytes }: { readonly bytes: number; readonly sentBytes: number }): number =>
  bytes === 0 ? 0 : Math.floor((sentBytes * 100) / bytes);

export function SyncPage({ onBack }: { readonly onBack?: () => void }) {
  const t = useText();
  const api = useApi();
  const status = useQuery(api.sync.status.queryOptions());
  const files = useQuery(api.blobs.waiting.queryOptions());
  const format = useShopFormat();
  const tryNow = useMutation(api.sync.tryNow.mutationOptions({ onSuccess: () => void status.refetch() }));
  const save = useMutation(api.sync.export.mutationOptions());
  if (status.isPending) return <LoadingState />;
  if (status.isError) return <ErrorState error={status.error} onRetry={() => void status.refetch()} />;
  const sync = status.data;
  const error = tryNow.error ?? save.error;
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('sync:title')}
        {...(onBack ? { onBack } : {})}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconDownload size={20} aria-hidden />}
              loading={save.isPending}
              onClick={() => save.mutate(undefined)}
            >
              {t('sync:save')}
            </Button>
            <Button
              leftSection={<IconRefresh size={20} aria-hidden />}
              loading={tryNow.isPending}
              onClick={() => tryNow.mutate(undefined)}
            >
              {t('sync:try_now')}
            </Button>
          </>
        }
      />
      <LinkNotice sync={sync} />
      {files.data && files.data.count > 0 ? (
        <Notice tone="info" icon={IconPhotoUp}>
          {t('sync:files', { count: files.data.count })}{' '}
          {t('sync:files_sent', { percent: format.number(sentPercent(files.data)) })}
        </Notice>
      ) : null}
      {error ? <ErrorLine error={error} /> : null}
      {save.data ? (
        <Notice tone="info" icon={IconFileCheck}>
          {t('sync:saved', { count: save.data.waiting + save.data.letters })}{' '}
          <code className={classes.path}>{save.data.path}</code>
        </Notice>
      ) : null}
      <Lists sync={sync} />
    </div>
  );
}

function Lists({ sync }: { readonly sync: SyncStatus }) {
  const t = useText();
  const format = useShopFormat();
  // What needs a person stands first; it stays there when he has read the last of it.
  const [show, setShow] = useState<Show>(sync.refused > 0 ? 'unread' : 'waiting');
  const counts = { waiting: sync.unsent, unread: sync.refused, read: 0 };
  return (
    <>
      <SegmentedControl
        size="md"
        className={classes.shows ?? ''}
        value={show}
        onChange={(value) => setShow(SHOWS.find((one) => one === value) ?? 'waiting')}
        data={SHOWS.map((value) => ({
          value,
          label:
            counts[value] > 0
              ? t('sync:show_count', { what: t(`sync:show.${value}`), n: format.number(counts[value]) })
              : t(`sync:show.${value}`),
        }))}
        aria-label={t('sync:which')}
      />
      <div className={classes.list}>
        {show === 'waiting' ? <WaitingList /> : <LettersList key={show} isRead={show === 'read'} />}
      </div>
    </>
  );
}
