/** What is sold where and for how much, and how a table changes it. */
import { Button } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useHq } from '../app/hq.tsx';
import { useText } from '../app/i18n/i18n.ts';
import {
  type ItemsFilter,
  readItemsFilter,
  shopsQuery,
  writeItemsFilter,
} from '../features/hq-catalogue/catalogue.queries.ts';
import { ImportDialog } from '../features/hq-catalogue/import-dialog.tsx';
import { ItemFilters } from '../features/hq-catalogue/item-filters.tsx';
import { ItemsList } from '../features/hq-catalogue/items-list.tsx';
import { usePolling } from '../features/hq-live/live.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { useMe } from './me.tsx';
import { Page } from './page.tsx';
import classes from './pages.module.css';

export function CataloguePage() {
  const t = useText();
  const hq = useHq();
  const { timeZone } = useMe().organization;
  const shops = useQuery(shopsQuery(hq));
  const [search, setSearch] = useSearchParams();
  const [isImporting, setImporting] = useState(false);
  const refetchInterval = usePolling();
  const setFilter = useCallback(
    (next: ItemsFilter) => setSearch(writeItemsFilter(next), { replace: true }),
    [setSearch],
  );
  const asked = readItemsFilter(search);
  const all = shops.data?.shops ?? [];
  const shopId = all.find(({ id }) => id === asked.shopId)?.id ?? all[0]?.id;
  const load = (
    <Button leftSection={<IconUpload size={20} aria-hidden />} onClick={() => setImporting(true)}>
      {t('goods:import.open')}
    </Button>
  );
  return (
    <Page name="catalogue" subtitle={t('goods:subtitle')}>
      <div className={classes.actions}>{load}</div>
      {shops.isError && !shops.data ? (
        <ErrorState error={shops.error} onRetry={() => void shops.refetch()} />
      ) : shopId === undefined ? (
        <LoadingState />
      ) : (
        <>
          <ItemFilters filter={{ ...asked, shopId }} shops={all} onFilter={setFilter} />
          <ItemsList
            filter={{ ...asked, shopId }}
            timeZone={timeZone}
            refetchInterval={refetchInterval}
            empty={load}
            onClearFilter={() => setFilter({ shopId })}
          />
        </>
      )}
      {isImporting ? <ImportDialog timeZone={timeZone} onClose={() => setImporting(false)} /> : null}
    </Page>
  );
}
