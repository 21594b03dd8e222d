/** The link with the server in a few words: for the bar of cashier and manager. */
import { IconCloudCheck, IconCloudOff, IconCloudUp, IconCloudX, IconPlugConnectedX } from '@tabler/icons-react';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import { useNow } from '../app/clock.tsx';
import type { Format } from '../app/format.ts';
import { type Text, useText } from '../app/i18n/i18n.ts';
import { useShopFormat } from '../app/shop.ts';
import { StatusTag } from './status-tag.tsx';

export function SyncTag({ sync }: { readonly sync: SyncStatus }) {
  const t = useText();
  const format = useShopFormat();
  const now = useNow(60_000);
  switch (sync.state) {
    case 'online':
      return sync.unsent === 0 ? (
        <StatusTag tone="good" icon={IconCloudCheck}>
          {t('common:sync.online')}
        </StatusTag>
      ) : (
        <StatusTag tone="info" icon={IconCloudUp}>
          {t('common:sync.sending', { count: sync.unsent })}
        </StatusTag>
      );
    case 'offline':
      return (
        <StatusTag tone="warn" icon={IconCloudOff}>
          {offlineText(t, format, sync, now)}
        </StatusTag>
      );
    case 'not_enrolled':
      return (
        <StatusTag tone="warn" icon={IconPlugConnectedX}>
          {t('common:sync.not_enrolled')}
        </StatusTag>
      );
    case 'revoked':
      return (
        <StatusTag tone="bad" icon={IconCloudX}>
          {t('common:sync.revoked')}
        </StatusTag>
      );
    case 'upgrade_required':
      return (
        <StatusTag tone="bad" icon={IconCloudX}>
          {t('common:sync.upgrade_required')}
        </StatusTag>
      );
  }
}

/** Since when, by the clock on the wall: today's time, or the day as well. */
function offlineText(t: Text, format: Format, { since, unsent }: SyncStatus, now: number): string {
  const isToday = format.date(since) === format.date(now);
  const time = isToday ? format.time(since) : `${format.dayMonth(since)} ${format.time(since)}`;
  const said = t('common:sync.offline_since', { time });
  return unsent === 0 ? said : `${said} • ${t('common:sync.unsent', { count: unsent })}`;
}
