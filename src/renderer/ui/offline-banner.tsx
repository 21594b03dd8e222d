import { IconCloudOff } from '@tabler/icons-react';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import { useText } from '../app/i18n/i18n.ts';
import { Notice } from './notice.tsx';

/** Says that work goes on without the server; nothing while there is a link. */
export function OfflineBanner({ sync }: { readonly sync: SyncStatus }) {
  const t = useText();
  if (sync.state !== 'offline') return null;
  return (
    <Notice tone="warn" icon={IconCloudOff}>
      {t('common:sync.works_offline')}
    </Notice>
  );
}
