/** The partner's pages at a manager's desk: without a network too, and with how old they are. */
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useText } from '../app/i18n/i18n.ts';
import { type PartnerKiosksFilter, type PartnerOrdersFilter, PartnerProvider } from '../app/partner.tsx';
import { useApi, useDeviceClient } from '../app/rpc.tsx';
import { AllOrdersPage, AsOfNotice, KiosksPage, NewOrdersPage, type PagePlace } from '../partner/partner-pages.tsx';
import classes from './partner-desk.module.css';
import { createDeskSource } from './partner-source.ts';

const PAGES = ['new', 'orders', 'kiosks'] as const;
type PageName = (typeof PAGES)[number];

/** Orders leave the page of new ones by their age, and kiosks are asked after: no change of this device tells of either. */
const AGE_MS = 30_000;

export function PartnerDesk({ timeZone }: { readonly timeZone: string }) {
  const t = useText();
  const client = useDeviceClient();
  const source = useMemo(() => createDeskSource(client, timeZone), [client, timeZone]);
  const [name, setName] = useState<PageName>('new');
  const [openId, setOpenId] = useState<string>();
  const [filter, setFilter] = useState<PartnerOrdersFilter>({});
  const [kiosksFilter, setKiosksFilter] = useState<PartnerKiosksFilter>({});
  const asOf = useAsOf(name);
  const show = (next: PageName, id?: string) => {
    setName(next);
    setOpenId(id);
  };
  const place: PagePlace = {
    refetchInterval: AGE_MS,
    notice: <AsOfNotice at={asOf} />,
    openId,
    onOpen: setOpenId,
  };
  return (
    <PartnerProvider source={source}>
      <div className={classes.desk}>
        <SegmentedControl
          className={classes.pages ?? ''}
          aria-label={t('manager:pages')}
          value={name}
          onChange={(value) => show(PAGES.find((page) => page === value) ?? 'new')}
          data={PAGES.map((page) => ({ value: page, label: t(`partner:nav.${page}`) }))}
        />
        {name === 'new' ? (
          <NewOrdersPage {...place} onKiosk={(id) => show('kiosks', id)} />
        ) : name === 'orders' ? (
          <AllOrdersPage {...place} filter={filter} onFilter={setFilter} />
        ) : (
          <KiosksPage {...place} filter={kiosksFilter} onFilter={setKiosksFilter} />
        )}
      </div>
    </PartnerProvider>
  );
}

/** How old what is shown is: orders are as of the last synchronisation, kiosks as of the server's last word of them. */
function useAsOf(name: PageName): number | undefined {
  const api = useApi();
  const orders = useQuery({ ...api.partner.asOf.queryOptions(), refetchInterval: AGE_MS });
  const kiosks = useQuery({ ...api.partner.kiosks.queryOptions(), refetchInterval: AGE_MS });
  return name === 'kiosks' ? kiosks.data?.at : orders.data?.at;
}
