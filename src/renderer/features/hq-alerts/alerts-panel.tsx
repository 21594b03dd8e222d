/** What needs a person, above the queue. Nothing is shown while there is nothing. */
import { Button } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { AlertRow } from './alert-row.tsx';
import { alertsQuery } from './alerts.queries.ts';
import classes from './alerts-panel.module.css';

export function AlertsPanel({
  open,
  timeZone,
  refetchInterval,
  onOpenTask,
  onAll,
}: {
  /** How many there are; the list itself comes by pages. */
  readonly open: number;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onOpenTask: (id: string) => void;
  readonly onAll: () => void;
}) {
  const t = useText();
  const hq = useHq();
  const alerts = useInfiniteQuery({ ...alertsQuery(hq, { state: 'open' }), refetchInterval });
  if (alerts.isError && !alerts.data) return <ErrorLine error={alerts.error} />;
  const rows = alerts.data?.pages.flatMap((page) => page.alerts) ?? [];
  if (rows.length === 0) return null;
  const title = t('monitor:alerts.title', { count: Math.max(open, rows.length) });
  return (
    <section className={classes.panel} aria-label={title}>
      <header className={classes.head}>
        <h2>
          <IconAlertOctagon size={22} aria-hidden />
          {title}
        </h2>
        <Button variant="subtle" color="gray" onClick={onAll}>
          {t('monitor:alerts.all')}
        </Button>
      </header>
      <ul>
        {rows.map((alert) => (
          <li key={alert.id}>
            <AlertRow alert={alert} timeZone={timeZone} onOpenTask={onOpenTask} />
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
