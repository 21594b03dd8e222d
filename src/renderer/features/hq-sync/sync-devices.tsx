/** Every device of the organisation: when it was last heard, what it still holds, and how its clock goes. */
import {
  type Icon,
  IconCircleFilled,
  IconClockExclamation,
  IconClockHour4,
  IconDevices,
  IconKey,
  IconPointOff,
  IconX,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { HqSyncDevice } from '#shared/hq/sync.api.ts';
import { skewOf } from '../../app/clock-skew.ts';
import { largestUnit, useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { ListFrame } from '../../ui/list-frame.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { sinceText } from '../../ui/sync-tag.tsx';
import { syncDevicesQuery } from './sync.queries.ts';
import classes from './sync-devices.module.css';

/** Reports of devices with nothing new to say make no hint. */
const REFRESH_MS = 20_000;

type Look = 'pending' | 'revoked' | 'online' | 'away' | 'never';
const LOOKS: Readonly<Record<Look, readonly [Tone, Icon]>> = {
  pending: ['info', IconKey],
  revoked: ['plain', IconX],
  online: ['good', IconCircleFilled],
  away: ['warn', IconPointOff],
  never: ['plain', IconClockHour4],
};

export const lookOf = ({ status, online, lastSeenAt }: HqSyncDevice): Look => {
  if (status !== 'active') return status;
  if (online) return 'online';
  return lastSeenAt === undefined ? 'never' : 'away';
};

export function SyncDevices({ timeZone }: { readonly timeZone: string }) {
  const t = useText();
  const hq = useHq();
  const devices = useQuery({ ...syncDevicesQuery(hq), refetchInterval: REFRESH_MS });
  if (devices.isPending) return <LoadingState />;
  if (devices.isError && !devices.data) {
    return <ErrorState error={devices.error} onRetry={() => void devices.refetch()} />;
  }
  const { devices: rows, serverNow } = devices.data;
  if (rows.length === 0) return <EmptyState icon={IconDevices} title={t('sync:hq.no_devices')} />;
  return (
    <ListFrame
      className={classes.list}
      head={
        <>
          <span>{t('sync:hq.device')}</span>
          <span>{t('sync:hq.link')}</span>
          <span>{t('sync:hq.waits')}</span>
          <span>{t('sync:hq.unread')}</span>
          <span>{t('sync:hq.clock')}</span>
          <span data-end>{t('sync:hq.writer')}</span>
        </>
      }
    >
      {rows.map((device) => (
        <li key={device.id}>
          <Row device={device} serverNow={serverNow} timeZone={timeZone} />
        </li>
      ))}
    </ListFrame>
  );
}

function Row({
  device,
  serverNow,
  timeZone,
}: {
  readonly device: HqSyncDevice;
  readonly serverNow: number;
  readonly timeZone: string;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const look = lookOf(device);
  const [tone, icon] = LOOKS[look];
  const { backlog, lastSeenAt } = device;
  const skew = skewOf(device.clockSkewMs);
  const [off, unit] = largestUnit(skew?.ms ?? 0);
  return (
    <div className={classes.row} data-out={device.status === 'revoked' || undefined}>
      <span className={classes.device}>
        <bdi>{device.name}</bdi>
        <small>
          {t(`hq:devices.mode.${device.mode}`)} • <bdi>{device.shopName}</bdi>
        </small>
      </span>
      <span className={classes.link}>
        <StatusTag tone={tone} icon={icon}>
          {look === 'away'
            ? t('sync:hq.look.away', { ago: sinceText(format, lastSeenAt ?? 0, serverNow) })
            : t(`sync:hq.look.${look}`)}
        </StatusTag>
        {backlog ? (
          <small>
            {t('sync:hq.reported')} {format.ago(backlog.reportedAt, serverNow)}
          </small>
        ) : null}
      </span>
      <span className={classes.waits} data-label={t('sync:hq.waits')}>
        {backlog === undefined ? (
          <small>{t('sync:hq.not_told')}</small>
        ) : backlog.pending === 0 ? (
          t('sync:hq.nothing_waits')
        ) : (
          <strong>{format.number(backlog.pending)}</strong>
        )}
        {backlog?.oldestAt === undefined ? null : (
          <small>{t('sync:hq.since', { time: sinceText(format, backlog.oldestAt, serverNow) })}</small>
        )}
        {backlog?.blobs ? <small>{t('sync:hq.blobs', { count: backlog.blobs })}</small> : null}
      </span>
      <span className={classes.unread} data-label={t('sync:hq.unread')}>
        {backlog && backlog.refused > 0 ? <strong>{format.number(backlog.refused)}</strong> : '—'}
      </span>
      <span className={classes.clock} data-label={t('sync:hq.clock')}>
        {skew ? (
          <StatusTag tone="warn" icon={IconClockExclamation}>
            {t(`hq:devices.clock.${skew.is}.${unit}`, { count: off })}
          </StatusTag>
        ) : (
          <small>{device.clockSkewMs === undefined ? t('sync:hq.not_told') : t('sync:hq.clock_right')}</small>
        )}
      </span>
      <small className={classes.writer}>
        {t('sync:hq.writer_value', { incarnation: device.incarnation, mid: format.number(device.lastMid) })}
      </small>
    </div>
  );
}
