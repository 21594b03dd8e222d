/** What needs a person, above the queue. Nothing is shown while there is nothing. */
import { Button } from '@mantine/core';
import { IconAlertOctagon, IconCheck } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { HqAlert } from '#shared/hq/fiscal.api.ts';
import { useNow } from '../../app/clock.tsx';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { alertsQuery, useAcknowledge } from './alerts.queries.ts';
import classes from './alerts-panel.module.css';
import { registersQuery } from './tasks.queries.ts';

export function AlertsPanel({
  open,
  timeZone,
  refetchInterval,
  onOpenTask,
}: {
  /** How many there are; the list itself comes by pages. */
  readonly open: number;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onOpenTask: (id: string) => void;
}) {
  const t = useText();
  const hq = useHq();
  const alerts = useInfiniteQuery({ ...alertsQuery(hq), refetchInterval });
  if (alerts.isError && !alerts.data) return <ErrorLine error={alerts.error} />;
  const rows = alerts.data?.pages.flatMap((page) => page.alerts) ?? [];
  if (rows.length === 0) return null;
  const title = t('monitor:alerts.title', { count: Math.max(open, rows.length) });
  return (
    <section className={classes.panel} aria-label={title}>
      <h2>
        <IconAlertOctagon size={22} aria-hidden />
        {title}
      </h2>
      <ul>
        {rows.map((alert) => (
          <li key={alert.id}>
            <Alert alert={alert} timeZone={timeZone} onOpenTask={onOpenTask} />
          </li>
        ))}
      </ul>
      {alerts.hasNextPage ? (
        <Button variant="subtle" loading={alerts.isFetchingNextPage} onClick={() => void alerts.fetchNextPage()}>
          {t('monitor:alerts.more')}
        </Button>
      ) : null}
    </section>
  );
}

function Alert({
  alert,
  timeZone,
  onOpenTask,
}: {
  readonly alert: HqAlert;
  readonly timeZone: string;
  readonly onOpenTask: (id: string) => void;
}) {
  const t = useText();
  const hq = useHq();
  const format = useFormat(timeZone);
  const now = useNow(30_000);
  const acknowledge = useAcknowledge();
  const { fiscalDeviceId: id } = alert.details;
  const registers = useQuery(registersQuery(hq)).data?.registers;
  // A register by its id; any other machine by the name that came along.
  const register = registers?.find((one) => one.id === id)?.name ?? id ?? alert.details['name'];
  return (
    <>
      <div className={classes.words}>
        <strong>{t(`monitor:alerts.kind.${alert.kind}`)}</strong>
        <small>
          {typeof register === 'string' ? (
            <>
              <bdi>{register}</bdi>
              {' • '}
            </>
          ) : null}
          {format.dateTime(alert.at)} • {format.ago(alert.at, now)}
          {alert.times > 1 ? ` • ${t('monitor:alerts.times', { count: alert.times })}` : null}
        </small>
        {acknowledge.isError ? <ErrorLine error={acknowledge.error} /> : null}
      </div>
      <div className={classes.acts}>
        {alert.subjectType === 'fiscal_task' ? (
          <Button variant="default" onClick={() => onOpenTask(alert.subjectId)}>
            {t('monitor:alerts.open')}
          </Button>
        ) : null}
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconCheck size={18} aria-hidden />}
          loading={acknowledge.isPending}
          onClick={() => acknowledge.mutate(alert.id)}
        >
          {t('monitor:alerts.acknowledge')}
        </Button>
      </div>
    </>
  );
}
