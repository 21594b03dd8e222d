/** The kiosk cannot serve anybody now: why, in words for a guest, and what staff need to know, small. */
import { IconCloudOff, IconLock, IconPackageOff, IconPower, IconTool } from '@tabler/icons-react';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { StatePanel } from '../../ui/state-panel.tsx';
import type { ClosedReason } from '../closed-reason.ts';
import { Frame } from '../frame.tsx';
import { Scene } from '../scene.tsx';
import { SupportLine } from '../support-line.tsx';
import { SyncLine } from '../sync-line.tsx';

const ICONS = {
  no_services: IconPackageOff,
  not_synced: IconCloudOff,
  revoked: IconLock,
  inactive: IconPower,
  error: IconTool,
} as const;

export function ClosedScreen({ reason, info }: { readonly reason: ClosedReason; readonly info: DeviceInfo }) {
  const t = useText();
  return (
    <Frame
      title={t('kiosk:closed.title')}
      lead={t('kiosk:closed.lead')}
      footnote={
        <>
          <bdi>
            {info.device?.name} • {info.version}
          </bdi>{' '}
          <SyncLine />
        </>
      }
    >
      <Scene>
        <StatePanel
          icon={ICONS[reason]}
          title={t(`kiosk:closed.${reason}`)}
          {...(info.supportContact === undefined ? {} : { text: <SupportLine /> })}
        />
      </Scene>
    </Frame>
  );
}
