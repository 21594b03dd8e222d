import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import { useText } from '../app/i18n/i18n.ts';
import { usePolling } from '../features/hq-live/live.ts';
import { CaseFilters } from '../features/hq-sync/case-filters.tsx';
import { CasesList } from '../features/hq-sync/cases-list.tsx';
import { ConflictsList } from '../features/hq-sync/conflicts-list.tsx';
import { type CasesFilter, readCasesFilter, writeCasesFilter } from '../features/hq-sync/sync.queries.ts';
import { SyncDevices } from '../features/hq-sync/sync-devices.tsx';
import { useMe } from './me.tsx';
import { Page } from './page.tsx';

export function SyncPage() {
  const t = useText();
  const { timeZone } = useMe().organization;
  const [search, setSearch] = useSearchParams();
  const filter = readCasesFilter(search);
  const onFilter = useCallback(
    (next: CasesFilter) => setSearch(writeCasesFilter(next), { replace: true }),
    [setSearch],
  );
  const refetchInterval = usePolling();
  return (
    <Page name="sync" subtitle={t('sync:hq.subtitle')}>
      <SyncDevices timeZone={timeZone} />
      <CaseFilters filter={filter} onFilter={onFilter} />
      <CasesList filter={filter} timeZone={timeZone} refetchInterval={refetchInterval} />
      <ConflictsList timeZone={timeZone} refetchInterval={refetchInterval} />
    </Page>
  );
}
