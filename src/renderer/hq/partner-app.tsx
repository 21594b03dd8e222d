/** A partner in a browser: his pages in the frame of headquarters', what is open and filtered in the address. */
import { IconDeviceTablet, IconInbox, IconList } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { createBrowserRouter, Navigate, RouterProvider, useNavigate, useSearchParams } from 'react-router';
import { useHq } from '../app/hq.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { PartnerProvider, usePartner } from '../app/partner.tsx';
import { followLive, PARTNER_LINE, usePolling } from '../features/hq-live/live.ts';
import { LiveTag } from '../features/hq-live/live-tag.tsx';
import { readKiosksFilter, troublesQuery, writeKiosksFilter } from '../features/partner-kiosks/kiosks.queries.ts';
import { waitsForPaper } from '../features/partner-orders/new-orders.rules.ts';
import { newOrdersQuery, readFilter, writeFilter } from '../features/partner-orders/orders.queries.ts';
import { AllOrdersPage, KiosksPage, NewOrdersPage, type PagePlace, StaleNotice } from '../partner/partner-pages.tsx';
import { useMe } from './me.tsx';
import { createServerSource } from './partner-source.ts';
import { SideFrame } from './side-frame.tsx';

const createPartnerRouter = () =>
  createBrowserRouter(
    [
      {
        path: '/partner',
        Component: Layout,
        children: [
          { index: true, Component: New },
          { path: 'orders', Component: All },
          { path: 'kiosks', Component: Kiosks },
        ],
      },
      { path: '*', element: <Navigate to="/partner" replace /> },
    ],
    { basename: '/hq' },
  );

export function PartnerApp() {
  const hq = useHq();
  const { timeZone } = useMe().organization;
  const source = useMemo(() => createServerSource(hq, timeZone), [hq, timeZone]);
  const router = useMemo(() => createPartnerRouter(), []);
  return (
    <PartnerProvider source={source}>
      <RouterProvider router={router} />
    </PartnerProvider>
  );
}

/** Orders leave the page of new ones by their age, which no hint tells. */
const AGE_MS = 60_000;

function Layout() {
  const t = useText();
  const source = usePartner();
  const queryClient = useQueryClient();
  useEffect(() => followLive(queryClient, PARTNER_LINE), [queryClient]);
  const polling = usePolling();
  const orders = useQuery({ ...newOrdersQuery(source), refetchInterval: polling === false ? AGE_MS : polling });
  // A kiosk that falls silent tells nobody.
  const troubles = useQuery({ ...troublesQuery(source), refetchInterval: polling === false ? AGE_MS : polling });
  const waiting = orders.data?.filter(waitsForPaper).length ?? 0;
  const trouble = troubles.data?.length ?? 0;
  return (
    <SideFrame
      places={[
        {
          to: '/partner',
          word: t('partner:nav.new'),
          icon: IconInbox,
          badge: { count: waiting, label: t('partner:nav.waiting', { count: waiting }), tone: 'info' },
        },
        { to: '/partner/orders', word: t('partner:nav.orders'), icon: IconList },
        {
          to: '/partner/kiosks',
          word: t('partner:nav.kiosks'),
          icon: IconDeviceTablet,
          badge: { count: trouble, label: t('partner:nav.trouble', { count: trouble }) },
        },
      ]}
    />
  );
}

/** What is open stands in the address beside the filter, so that it can be sent to a colleague. */
function usePlace(): PagePlace & { readonly search: URLSearchParams } {
  const [search, setSearch] = useSearchParams();
  const onOpen = useCallback(
    (id: string | undefined) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          if (id === undefined) next.delete('open');
          else next.set('open', id);
          return next;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return {
    search,
    refetchInterval: usePolling(),
    tag: <LiveTag />,
    notice: <StaleNotice />,
    openId: search.get('open') ?? undefined,
    onOpen,
  };
}

function New() {
  const navigate = useNavigate();
  const { search: _, ...place } = usePlace();
  return <NewOrdersPage {...place} onKiosk={(id) => void navigate(`/partner/kiosks?open=${id}`)} />;
}

function All() {
  const { search, ...place } = usePlace();
  const [, setSearch] = useSearchParams();
  return (
    <AllOrdersPage
      {...place}
      filter={readFilter(search)}
      onFilter={(next) => setSearch(writeFilter(next), { replace: true })}
    />
  );
}

function Kiosks() {
  const { search, ...place } = usePlace();
  const [, setSearch] = useSearchParams();
  return (
    <KiosksPage
      {...place}
      filter={readKiosksFilter(search)}
      onFilter={(next) => setSearch(writeKiosksFilter(next), { replace: true })}
    />
  );
}
