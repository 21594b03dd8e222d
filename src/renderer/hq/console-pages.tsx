/** The pages of whoever runs the organisation: a day side by side, people and shops, the audit, jobs, connections. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import { useText } from '../app/i18n/i18n.ts';
import { type AuditFilter, readAuditFilter, writeAuditFilter } from '../features/hq-audit/audit.queries.ts';
import { AuditList } from '../features/hq-audit/audit-list.tsx';
import { ConnectionsList } from '../features/hq-connections/connections-list.tsx';
import { JobsList } from '../features/hq-jobs/jobs-list.tsx';
import { usePolling } from '../features/hq-live/live.ts';
import { ReconciliationDay } from '../features/hq-reconciliation/reconciliation-day.tsx';
import { ShopsList } from '../features/hq-users/shops-list.tsx';
import { UsersList } from '../features/hq-users/users-list.tsx';
import { useMe } from './me.tsx';
import { Page } from './page.tsx';

export function ReconciliationPage() {
  const t = useText();
  const { timeZone } = useMe().organization;
  const [search, setSearch] = useSearchParams();
  const onDay = useCallback(
    (day: string | undefined) => setSearch(day === undefined ? {} : { day }, { replace: true }),
    [setSearch],
  );
  return (
    <Page name="reconciliation" subtitle={t('console:reconciliation.subtitle')}>
      <ReconciliationDay
        day={search.get('day') ?? undefined}
        timeZone={timeZone}
        refetchInterval={usePolling()}
        onDay={onDay}
      />
    </Page>
  );
}

export function UsersPage() {
  const t = useText();
  const { timeZone } = useMe().organization;
  return (
    <Page name="users" subtitle={t('console:users.subtitle')}>
      <UsersList timeZone={timeZone} refetchInterval={usePolling()} />
      <ShopsList />
    </Page>
  );
}

export function AuditPage() {
  const t = useText();
  const { timeZone } = useMe().organization;
  const [search, setSearch] = useSearchParams();
  const onFilter = useCallback(
    (next: AuditFilter) => setSearch(writeAuditFilter(next), { replace: true }),
    [setSearch],
  );
  return (
    <Page name="audit" subtitle={t('console:audit.subtitle')}>
      <AuditList
        filter={readAuditFilter(search)}
        timeZone={timeZone}
        refetchInterval={usePolling()}
        onFilter={onFilter}
      />
    </Page>
  );
}

export function JobsPage() {
  const t = useText();
  const { timeZone } = useMe().organization;
  return (
    <Page name="jobs" subtitle={t('console:jobs.subtitle')}>
      <JobsList timeZone={timeZone} refetchInterval={usePolling()} />
    </Page>
  );
}

export function ConnectionsPage() {
  const t = useText();
  const { timeZone } = useMe().organization;
  return (
    <Page name="connections" subtitle={t('console:connections.subtitle')}>
      <ConnectionsList timeZone={timeZone} />
    </Page>
  );
}
