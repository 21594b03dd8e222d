/** The fleet: what stands where, whether it is there now, and how to bring another one in. */
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
  IconPlus,
  IconPointOff,
  IconUserShield,
  IconX,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EnrolmentCodeReply, HqDevice } from '#shared/hq/hq.api.ts';
import { skewOf } from '../../app/clock-skew.ts';
import { largestUnit, useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FleetList, FleetRow } from '../../ui/fleet-list.tsx';
import { ListEnd } from '../../ui/list-frame.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { NothingFound } from '../../ui/nothing-found.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { CodeDialog } from './code-dialog.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { DeviceDrawer } from './device-drawer.tsx';
import { DeviceFilters } from './device-filters.tsx';
import { type DeviceLook, devicesQuery, type FleetFilter, lookOf } from './devices.queries.ts';
import classes from './devices-list.module.css';
import { RevokeDialog } from './revoke-dialog.tsx';
import { WipeDialog } from './wipe-dialog.tsx';

type Open =
  | { readonly is: 'create' }
  | { readonly is: 'revoke' | 'wipe'; readonly device: HqDevice }
  | { readonly is: 'code'; readonly name: string; readonly deviceId: string; readonly issued?: EnrolmentCodeReply };

export function DevicesList({
  filter,
  timeZone,
  refetchInterval,
  onFilter,
}: {
  readonly filter: FleetFilter;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onFilter: (filter: FleetFilter) => void;
}) {
  const t = useText();
  const hq = useHq();
  const pages = useInfiniteQuery({ ...devicesQuery(hq, filter), refetchInterval });
  const devices = pages.data?.pages.flatMap((page) => page.devices) ?? [];
  const serverNow = pages.data?.pages.at(-1)?.serverNow ?? 0;
  const isFiltered = Object.keys(filter).length > 0;
  const [open, setOpen] = useState<Open>();
  const [cardOf, setCardOf] = useState<string>();
  const card = devices.find(({ id }) => id === cardOf);
  const close = () => setOpen(undefined);
  const add = (
    <Button leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setOpen({ is: 'create' })}>
      {t('hq:devices.add')}
    </Button>
  );
  return (
    <>
      {devices.length > 0 || isFiltered ? <DeviceFilters filter={filter} onFilter={onFilter} /> : null}
      {pages.isPending ? (
        <LoadingState />
      ) : pages.isError && !pages.data ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : devices.length === 0 && isFiltered ? (
        <NothingFound title={t('hq:devices.nothing')} clear={t('hq:orders.clear')} onClear={() => onFilter({})} />
      ) : devices.length === 0 ? (
        <EmptyState
          icon={IconCashRegister}
          title={t('hq:devices.empty')}
          text={t('hq:devices.empty_text')}
          action={add}
        />
      ) : (
        <>
          <FleetList action={add}>
            {devices.map((device) => (
              <li key={device.id}>
                <Row
                  device={device}
                  serverNow={serverNow}
                  onOpen={() => setCardOf(device.id)}
                  onCode={() => setOpen({ is: 'code', name: device.name, deviceId: device.id })}
                  onRevoke={() => setOpen({ is: 'revoke', device })}
                />
              </li>
            ))}
          </FleetList>
          {pages.hasNextPage ? (
            <ListEnd pages={pages} more={t('hq:orders.load_more')} last={t('hq:orders.last')} />
          ) : null}
        </>
      )}
      {card ? (
        <DeviceDrawer
          key={card.id}
          device={card}
          serverNow={serverNow}
          timeZone={timeZone}
          refetchInterval={refetchInterval}
          onCode={() => setOpen({ is: 'code', name: card.name, deviceId: card.id })}
          onRevoke={() => setOpen({ is: 'revoke', device: card })}
          onWipe={() => setOpen({ is: 'wipe', device: card })}
          onClose={() => setCardOf(undefined)}
        />
      ) : null}
      {open?.is === 'create' ? (
        <CreateDialog
          onCreated={(name, issued) => setOpen({ is: 'code', name, deviceId: issued.deviceId, issued })}
          onClose={close}
        />
      ) : null}
      {open?.is === 'code' ? (
        <CodeDialog name={open.name} deviceId={open.deviceId} issued={open.issued} onClose={close} />
      ) : null}
      {open?.is === 'revoke' ? <RevokeDialog device={open.device} onClose={close} /> : null}
      {open?.is === 'wipe' ? <WipeDialog device={open.device} serverNow={serverNow} onClose={close} /> : null}
    </>
  );
}

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

function Row({
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
