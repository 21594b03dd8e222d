/** The pages: a header and the features that belong together. */
import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useNow } from '../app/clock.tsx';
import { useFormat } from '../app/format.ts';
import { useHq } from '../app/hq.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { type FleetFilter, readFleetFilter, writeFleetFilter } from '../features/hq-devices/devices.queries.ts';
import { DevicesList } from '../features/hq-devices/devices-list.tsx';
import { usePolling } from '../features/hq-live/live.ts';
import { OrderFilters } from '../features/hq-orders/order-filters.tsx';
import { type OrdersFilter, readFilter, writeFilter } from '../features/hq-orders/orders.queries.ts';
import { OrdersList } from '../features/hq-orders/orders-list.tsx';
import { ReceiptsList } from '../features/hq-receipts/receipts-list.tsx';
import { summaryQuery } from '../features/hq-summary/summary.queries.ts';
import { SummaryTiles } from '../features/hq-summary/summary-tiles.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { useMe } from './me.tsx';
import { Page } from './page.tsx';
import classes from './pages.module.css';

export function SummaryPage() {
  const t = useText();
  const hq = useHq();
  const me = useMe();
  const format = useFormat(me.organization.timeZone);
  const refetchInterval = usePolling();
  const summary = useQuery({ ...summaryQuery(hq), refetchInterval });
  const now = useNow(60_000);
  return (
    <Page name="summary" subtitle={t('hq:summary.subtitle', { date: format.date(now), name: me.organization.name })}>
      {summary.isPending ? (
        <LoadingState />
      ) : summary.isError && !summary.data ? (
        <ErrorState error={summary.error} onRetry={() => void summary.refetch()} />
      ) : (
        <SummaryTiles summary={summary.data} />
      )}
      <section className={classes.latest}>
        <header>
          <h2>{t('hq:summary.latest')}</h2>
          <Button
            component={Link}
            to="/orders"
            variant="subtle"
            color="gray"
            rightSection={<IconArrowRight size={18} aria-hidden />}
          >
            {t('hq:summary.all')}
          </Button>
        </header>
        <OrdersList
          filter={NO_FILTER}
          timeZone={me.organization.timeZone}
          refetchInterval={refetchInterval}
          onClearFilter={nothing}
          most={6}
        />
      </section>
    </Page>
  );
}

const NO_FILTER: OrdersFilter = {};
const nothing = () => undefined;

export function OrdersPage() {
  const t = useText();
  const me = useMe();
  const [search, setSearch] = useSearchParams();
  const filter = readFilter(search);
  const setFilter = useCallback((next: OrdersFilter) => setSearch(writeFilter(next), { replace: true }), [setSearch]);
  return (
    <Page name="orders" subtitle={t('hq:orders.subtitle')}>
      <OrderFilters filter={filter} onFilter={setFilter} />
      <OrdersList
        filter={filter}
        timeZone={me.organization.timeZone}
        refetchInterval={usePolling()}
        onClearFilter={() => setFilter(NO_FILTER)}
      />
    </Page>
  );
}

export function ReceiptsPage() {
  const t = useText();
  const me = useMe();
  return (
    <Page name="receipts" subtitle={t('hq:receipts.subtitle')}>
      <ReceiptsList timeZone={me.organization.timeZone} refetchInterval={usePolling()} />
    </Page>
  );
}

export function DevicesPage() {
  const t = useText();
  const me = useMe();
  const [search, setSearch] = useSearchParams();
  const setFilter = useCallback(
    (next: FleetFilter) => setSearch(writeFleetFilter(next), { replace: true }),
    [setSearch],
  );
  return (
    <Page name="devices" subtitle={t('hq:devices.subtitle')}>
      <DevicesList
        filter={readFleetFilter(search)}
        timeZone={me.organization.timeZone}
        refetchInterval={usePolling()}
        onFilter={setFilter}
      />
    </Page>
  );
}
