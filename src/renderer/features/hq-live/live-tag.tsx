import { IconBroadcast, IconCloudOff, IconLoader } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { StatusTag } from '../../ui/status-tag.tsx';
import { useLiveState } from './live.ts';

export function LiveTag() {
  const t = useText();
  const state = useLiveState((live) => live.state);
  if (state === 'online') {
    return (
      <StatusTag tone="good" icon={IconBroadcast}>
        {t('hq:live.online')}
      </StatusTag>
    );
  }
  return state === 'connecting' ? (
    <StatusTag tone="plain" icon={IconLoader}>
      {t('hq:live.connecting')}
    </StatusTag>
  ) : (
    <StatusTag tone="warn" icon={IconCloudOff}>
      {t('hq:live.offline')}
    </StatusTag>
  );
}
