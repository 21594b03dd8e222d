/** One device of the fleet: what it is, where it stands, how it is, and what may be done to it. */
import { ActionIcon, Button, Menu, UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCashRegister,
  IconCircleFilled,
  IconClockExclamation,
  IconClockHour4,
  IconDeviceLaptop,
  IconDeviceTablet,
  IconDots,
  IconKey,
  IconPlayerPause,
  IconPointOff,
  IconUserShield,
  IconX,
} from '@tabler/icons-react';
import type { HqDevice } from '#shared/hq/hq.api.ts';
import { skewOf } from '../../app/clock-skew.ts';
import { largestUnit, useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { FleetRow } from '../../ui/fleet-list.tsx';
import { useTroubleText } from '../../ui/kiosk-trouble.ts';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import classes from './device-row.module.css';
import { type DeviceLook, kioskFault, lookOf } from './devices.queries.ts';

const MODES: Readonly<Record<HqDevice['mode'], Icon>> = {
  kiosk: IconDeviceTablet,
  cashier: IconCashRegister,
  manager: IconDeviceLaptop,
};
const LOOKS: Readonly<Record<DeviceLook, readonly [Tone, Icon]>> = {
  pending: ['info', IconKey],
  revoked: ['plain', IconX],
  online: ['good', IconCircleFilled],
  away: ['warn', IconPointOff],
  never: ['plain', IconClockHour4],
};

export function DeviceRow({
  device,
  serverNow,
  onOpen,
  onCode,
  onRevoke,
}: {
  readonly device: HqDevice;
  readonly serverNow: number;
  readonly onOpen: () => void;
  readonly onCode: () => void;
  readonly onRevoke: () => void;
}) {
  const t = useText();
  const format = useFormat();
  const look = lookOf(device);
  const [tone, icon] = LOOKS[look];
  const trouble = useTroubleText();
  const fault = kioskFault(device);
  const skew = skewOf(device.clockSkewMs);
  const [off, unit] = largestUnit(skew?.ms ?? 0);
  // The server's clock made both times; this machine's may be wrong.
  const seen =
    device.lastSeenAt === undefined ? undefined : format.ago(device.lastSeenAt, Math.max(serverNow, device.lastSeenAt));
  return (
    <FleetRow
      className={classes.row}
      icon={MODES[device.mode]}
      isOut={device.status === 'revoked'}
      name={
        <>
          <UnstyledButton
            className={classes.open ?? ''}
            aria-label={t('console:device.open', { name: device.name })}
            onClick={onOpen}
          >
            <bdi>{device.name}</bdi>
          </UnstyledButton>
          <small>{t(`hq:devices.mode.${device.mode}`)}</small>
        </>
      }
      place={
        <>
          <bdi>{device.shopName}</bdi>
          <small>
            {device.appVersion === undefined
              ? t('hq:devices.no_version')
              : t('hq:devices.version', { version: device.appVersion })}
            {device.platform === undefined ? null : (
              <>
                {' • '}
                <bdi>{device.platform}</bdi>
              </>
            )}
          </small>
        </>
      }
      state={
        <>
          <StatusTag tone={tone} icon={icon}>
            {look === 'away' ? t('hq:devices.look.away', { ago: seen }) : t(`hq:devices.look.${look}`)}
          </StatusTag>
          {fault === undefined ? null : (
            <StatusTag
              tone={fault.is === 'off' ? 'plain' : 'bad'}
              icon={fault.is === 'off' ? IconPlayerPause : IconAlertTriangle}
            >
              {fault.is === 'error'
                ? trouble(fault.code)
                : t(`partner:kiosks.status.${fault.is === 'off' ? 'inactive' : 'error'}`)}
            </StatusTag>
          )}
          {device.status === 'active' && (device.backlog?.refused ?? 0) > 0 ? (
            <StatusTag tone="bad" icon={IconAlertTriangle}>
              {t('console:device.refused')}
            </StatusTag>
          ) : null}
          {skew ? (
            <StatusTag tone="warn" icon={IconClockExclamation}>
              {t(`hq:devices.clock.${skew.is}.${unit}`, { count: off })}
            </StatusTag>
          ) : null}
        </>
      }
      menu={
        <>
          {device.status === 'pending' ? (
            <Button variant="default" leftSection={<IconKey size={18} aria-hidden />} onClick={onCode}>
              {t('hq:devices.code')}
            </Button>
          ) : null}
          {device.status === 'revoked' ? null : (
            <Menu position="bottom-end" width={260} radius="md" shadow="md">
              <Menu.Target>
                <ActionIcon aria-label={t('hq:devices.actions', { name: device.name })}>
                  <IconDots size={20} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconKey size={18} aria-hidden />} onClick={onCode}>
                  {t('hq:devices.new_code')}
                </Menu.Item>
                <Menu.Item
                  className={classes.danger ?? ''}
                  leftSection={<IconUserShield size={18} aria-hidden />}
                  onClick={onRevoke}
                >
                  {t('hq:devices.revoke')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </>
      }
    />
  );
}
