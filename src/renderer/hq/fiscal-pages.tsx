/** The pages about registers: which there are, and what they have to do. */
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useHq } from '../app/hq.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { type AlertsFilter, readAlertsFilter, writeAlertsFilter } from '../features/hq-alerts/alerts.queries.ts';
import { AlertsList } from '../features/hq-alerts/alerts-list.tsx';
import { AlertsPanel } from '../features/hq-alerts/alerts-panel.tsx';
import { TaskDrawer } from '../features/hq-fiscal/task-drawer.tsx';
import { TaskFilters } from '../features/hq-fiscal/task-filters.tsx';
import { readTasksFilter, type TasksFilter, writeTasksFilter } from '../features/hq-fiscal/tasks.queries.ts';
import { TasksList } from '../features/hq-fiscal/tasks-list.tsx';
import { usePolling } from '../features/hq-live/live.ts';
import { RegistersList } from '../features/hq-registers/registers-list.tsx';
import { summaryQuery } from '../features/hq-summary/summary.queries.ts';
import { useMe } from './me.tsx';
import { Page } from './page.tsx';

export function RegistersPage() {
  const t = useText();
  const me = useMe();
  const navigate = useNavigate();
  return (
    <Page name="registers" subtitle={t('monitor:registers.subtitle')}>
      <RegistersList
        timeZone={me.organization.timeZone}
        refetchInterval={usePolling()}
        onQueue={(fiscalDeviceId) =>
          void navigate({ pathname: '/queue', search: `?${new URLSearchParams(writeTasksFilter({ fiscalDeviceId }))}` })
        }
      />
    </Page>
  );
}

/** The open task is in the address too, so that it can be sent to a colleague. */
export function QueuePage() {
  const t = useText();
  const hq = useHq();
  const navigate = useNavigate();
  const { timeZone } = useMe().organization;
  const [search, setSearch] = useSearchParams();
  const refetchInterval = usePolling();
  const openAlerts = useQuery(summaryQuery(hq)).data?.openAlerts ?? 0;
  const filter = readTasksFilter(search);
  const taskId = search.get('task') ?? undefined;
  const show = useCallback(
    (next: TasksFilter, task?: string) =>
      setSearch({ ...writeTasksFilter(next), ...(task === undefined ? {} : { task }) }, { replace: true }),
    [setSearch],
  );
  const onFilter = useCallback((next: TasksFilter) => show(next), [show]);
  return (
    <Page name="queue" subtitle={t('monitor:queue.subtitle')}>
      <AlertsPanel
        open={openAlerts}
        timeZone={timeZone}
        refetchInterval={refetchInterval}
        onOpenTask={(id) => show(filter, id)}
        onAll={() => void navigate('/alerts')}
      />
      <TaskFilters filter={filter} onFilter={onFilter} />
      <TasksList
        filter={filter}
        timeZone={timeZone}
        refetchInterval={refetchInterval}
        openId={taskId}
        onOpen={(id) => show(filter, id)}
        onClearFilter={() => show({})}
      />
      {taskId === undefined ? null : (
        <TaskDrawer
          key={taskId}
          id={taskId}
          timeZone={timeZone}
          refetchInterval={refetchInterval}
          onClose={() => show(filter)}
        />
      )}
    </Page>
  );
}

export function AlertsPage() {
  const t = useText();
  const { timeZone } = useMe().organization;
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const onFilter = useCallback(
    (next: AlertsFilter) => setSearch(writeAlertsFilter(next), { replace: true }),
    [setSearch],
  );
  return (
    <Page name="alerts" subtitle={t('monitor:alerts.subtitle')}>
      <AlertsList
        filter={readAlertsFilter(search)}
        timeZone={timeZone}
        refetchInterval={usePolling()}
        onFilter={onFilter}
        onOpenTask={(id) => void navigate({ pathname: '/queue', search: `?${new URLSearchParams({ task: id })}` })}
      />
    </Page>
  );
}
