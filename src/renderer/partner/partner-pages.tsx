/**
 * A partner's three pages. Where they open, and where what is open and filtered is kept (an address, a state), is the
 * business of whoever shows them: the server's page of a partner, or a manager's desk.
 */
import { IconClockPause, IconCloudOff } from '@tabler/icons-react';
import { useIsFetching, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Boundary } from '../app/feature-boundary.tsx';
import { useFormat } from '../app/format.ts';
import { useText } from '../app/i18n/i18n.ts';
import { type PartnerKiosksFilter, type PartnerOrdersFilter, usePartner } from '../app/partner.tsx';
import { KioskDrawer } from '../features/partner-kiosks/kiosk-drawer.tsx';
import { KioskTroubles } from '../features/partner-kiosks/kiosk-troubles.tsx';
import { KiosksList } from '../features/partner-kiosks/kiosks-list.tsx';
import { Counters } from '../features/partner-orders/counters.tsx';
import { waitsForPaper } from '../features/partner-orders/new-orders.rules.ts';
import { NewOrders } from '../features/partner-orders/new-orders.tsx';
import { OrderDrawer } from '../features/partner-orders/order-drawer.tsx';
import { OrderFilters } from '../features/partner-orders/order-filters.tsx';
import { newOrdersQuery } from '../features/partner-orders/orders.queries.ts';
import { OrdersList } from '../features/partner-orders/orders-list.tsx';
import { SoundSwitch } from '../features/partner-orders/sound-switch.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import classes from './partner-pages.module.css';

/** What the place of a page gives it. */
export interface PagePlace {
  readonly refetchInterval: number | false;
  /** Beside the title: whether it is live. */
  readonly tag?: ReactNode;
  /** Under the title: how old all this is. */
  readonly notice?: ReactNode;
  readonly openId: string | undefined;
  readonly onOpen: (id: string | undefined) => void;
}

export function NewOrdersPage({
  onKiosk,
  ...place
}: PagePlace & {
  readonly onKiosk: (id: string) => void;
}) {
  const t = useText();
  const source = usePartner();
  const { refetchInterval, openId, onOpen } = place;
  const orders = useQuery({ ...newOrdersQuery(source), refetchInterval });
  const waiting = orders.data?.filter(waitsForPaper).length ?? 0;
  return (
    <Page
      name="new"
      title={t('partner:new.title')}
      subtitle={
        <output>{waiting === 0 ? t('partner:new.none') : t('partner:new.subtitle', { count: waiting })}</output>
      }
      place={place}
      actions={source.acts === undefined ? null : <SoundSwitch />}
    >
      <div className={classes.counters}>
        <Counters refetchInterval={refetchInterval} />
      </div>
      <KioskTroubles refetchInterval={refetchInterval} onOpen={onKiosk} />
      <NewOrders refetchInterval={refetchInterval} openId={openId} onOpen={onOpen} />
      <OpenOrder place={place} />
    </Page>
  );
}

export function AllOrdersPage({
  filter,
  onFilter,
  ...place
}: PagePlace & {
  readonly filter: PartnerOrdersFilter;
  readonly onFilter: (filter: PartnerOrdersFilter) => void;
}) {
  const t = useText();
  return (
    <Page name="orders" title={t('partner:orders.title')} subtitle={t('partner:orders.subtitle')} place={place}>
      <OrderFilters filter={filter} onFilter={onFilter} />
      <OrdersList
        filter={filter}
        refetchInterval={place.refetchInterval}
        openId={place.openId}
        onOpen={place.onOpen}
        onClearFilter={() => onFilter({})}
      />
      <OpenOrder place={place} />
    </Page>
  );
}

export function KiosksPage({
  filter,
  onFilter,
  ...place
}: PagePlace & {
  readonly filter: PartnerKiosksFilter;
  readonly onFilter: (filter: PartnerKiosksFilter) => void;
}) {
  const t = useText();
  const { openId, onOpen } = place;
  return (
    <Page name="kiosks" title={t('partner:kiosks.title')} subtitle={t('partner:kiosks.subtitle')} place={place}>
      <KiosksList filter={filter} refetchInterval={place.refetchInterval} onFilter={onFilter} onOpen={onOpen} />
      {openId === undefined ? null : (
        <KioskDrawer
          key={openId}
          id={openId}
          refetchInterval={place.refetchInterval}
          onClose={() => onOpen(undefined)}
        />
      )}
    </Page>
  );
}

function OpenOrder({ place: { openId, onOpen, refetchInterval } }: { readonly place: PagePlace }) {
  if (openId === undefined) return null;
  return <OrderDrawer key={openId} id={openId} refetchInterval={refetchInterval} onClose={() => onOpen(undefined)} />;
}

function Page({
  name,
  title,
  subtitle,
  place,
  actions,
  children,
}: {
  readonly name: 'new' | 'orders' | 'kiosks';
  readonly title: string;
  readonly subtitle: ReactNode;
  readonly place: PagePlace;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes.page}>
      <PageHeader
        title={title}
        subtitle={subtitle}
        actions={
          <>
            {actions}
            {place.tag}
          </>
        }
      />
      {place.notice}
      <Boundary name={`partner-${name}`}>{children}</Boundary>
    </div>
  );
}

/** Said while what was read before stands on the screen and cannot be read again. */
export function StaleNotice() {
  const t = useText();
  const format = useFormat(usePartner().timeZone);
  const queryClient = useQueryClient();
  // Drawn anew after each reading.
  useIsFetching({ queryKey: ['partner'] });
  const failed = queryClient
    .getQueryCache()
    .findAll({ queryKey: ['partner'], type: 'active' })
    .filter(({ state }) => state.status === 'error' && state.dataUpdatedAt > 0);
  const [first] = failed.map(({ state }) => state.dataUpdatedAt).toSorted((a, b) => a - b);
  if (first === undefined) return null;
  return (
    <Notice tone="warn" icon={IconCloudOff}>
      {t('partner:stale', { time: format.time(first) })}
    </Notice>
  );
}

/** At a manager's desk: what the device knew at its last exchange with the server, Unix ms. */
export function AsOfNotice({ at }: { readonly at: number | undefined }) {
  const t = useText();
  const format = useFormat(usePartner().timeZone);
  return (
    <Notice tone="info" icon={IconClockPause}>
      {at === undefined ? t('partner:as_of_never') : t('partner:as_of', { time: format.dateTime(at) })}
    </Notice>
  );
}
