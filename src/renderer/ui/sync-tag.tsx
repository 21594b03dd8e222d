/** The link with the server in a few words: for the bar of cashier and manager. */
import { IconCloudCheck, IconCloudOff, IconCloudUp, IconCloudX, IconPlugConnectedX } from '@tabler/icons-react';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import { useNow } from '../app/clock.tsx';
import { largestUnit } from '../app/format.ts';
import { type Text, useText } from '../app/i18n/i18n.ts';
import { StatusTag } from './status-tag.tsx';

export function SyncTag({ sync }: { readonly sync: SyncStatus }) {
  const t = useText();
  const now = useNow(10_000);
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
          {offlineText(t, sync, now)}
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

function offlineText(t: Text, sync: SyncStatus, now: number): string {
  const [value, unit] = largestUnit(Math.max(0, now - sync.since));
  const since = unit === 'second' ? t('common:sync.offline') : t(`common:sync.offline_for.${unit}`, { count: value });
  return sync.unsent === 0 ? since : `${since} • ${t('common:sync.unsent', { count: sync.unsent })}`;
}
