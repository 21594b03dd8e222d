/** One device beside the list: what is known of it, what it may be asked, and what came of that. */
import { Button } from '@mantine/core';
import { IconEraser, IconKey, IconUserShield } from '@tabler/icons-react';
import type { HqDevice } from '#shared/hq/hq.api.ts';
import { skewOf } from '../../app/clock-skew.ts';
import { largestUnit, useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { DetailsDrawer, Meaning } from '../../ui/details-drawer.tsx';
import { FactList } from '../../ui/facts.tsx';
import { CommandHistory } from './command-history.tsx';
import { CommandMenu } from './command-menu.tsx';
import classes from './device-drawer.module.css';
import { KioskCard } from './kiosk-card.tsx';

export function DeviceDrawer({
  device,
  serverNow,
  timeZone,
  refetchInterval,
  onCode,
  onRevoke,
  onWipe,
  onClose,
}: {
  readonly device: HqDevice;
  readonly serverNow: number;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onCode: () => void;
  readonly onRevoke: () => void;
  readonly onWipe: () => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const isActive = device.status === 'active';
  return (
    <DetailsDrawer title={device.name} onClose={onClose}>
      {(device.backlog?.refused ?? 0) > 0 ? <Meaning tone="warn">{t('console:device.refused_text')}</Meaning> : null}
      <DeviceFacts device={device} serverNow={serverNow} timeZone={timeZone} />
      {isActive && device.mode === 'kiosk' ? (
        <KioskCard id={device.id} timeZone={timeZone} refetchInterval={refetchInterval} />
      ) : null}
      {isActive ? (
        <section>
          <h3>{t('console:command.title')}</h3>
          <CommandMenu device={device} />
          <CommandHistory deviceId={device.id} timeZone={timeZone} refetchInterval={refetchInterval} />
        </section>
      ) : null}
      {device.status === 'revoked' ? null : (
        <section>
          <h3>{t('console:device.access')}</h3>
          <div className={classes.acts}>
            <Button variant="default" leftSection={<IconKey size={18} aria-hidden />} onClick={onCode}>
              {t('hq:devices.new_code')}
            </Button>
            <Button
              variant="default"
              className={classes.danger ?? ''}
              leftSection={<IconUserShield size={18} aria-hidden />}
              onClick={onRevoke}
            >
              {t('hq:devices.revoke')}
            </Button>
            {isActive ? (
              <Button
                variant="default"
                className={classes.danger ?? ''}
                leftSection={<IconEraser size={18} aria-hidden />}
                onClick={onWipe}
              >
                {t('console:command.kind.wipe')}
              </Button>
            ) : null}
          </div>
        </section>
      )}
    </DetailsDrawer>
  );
}

function DeviceFacts({
  device,
  serverNow,
  timeZone,
}: {
  readonly device: HqDevice;
  readonly serverNow: number;
  readonly timeZone: string;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const { backlog, lastSeenAt } = device;
  const skew = skewOf(device.clockSkewMs);
  const [off, unit] = largestUnit(skew?.ms ?? 0);
  // The server's clock made these times; this machine's may be wrong.
  const ago = (at: number) => format.ago(at, Math.max(serverNow, at));
  return (
    <FactList
      facts={[
        [t('console:device.kind'), t(`hq:devices.mode.${device.mode}`)],
        [t('console:device.shop'), device.shopName],
        [t('console:device.version'), device.appVersion],
        [t('console:device.platform'), device.platform],
        [
          t('console:device.seen'),
          lastSeenAt === undefined ? undefined : `${ago(lastSeenAt)} • ${format.dateTime(lastSeenAt)}`,
        ],
        [t('console:device.synced'), backlog === undefined ? undefined : ago(backlog.reportedAt)],
        [t('console:device.unsent'), backlog === undefined ? undefined : format.number(backlog.pending)],
        [
          t('console:device.refused'),
          backlog === undefined || backlog.refused === 0 ? undefined : format.number(backlog.refused),
        ],
        [
          t('console:device.clock'),
          device.clockSkewMs === undefined
            ? undefined
            : skew
              ? t(`hq:devices.clock.${skew.is}.${unit}`, { count: off })
              : t('console:device.clock_right'),
        ],
      ]}
    />
  );
}
