import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { useKeys } from '../app/keys.ts';
import { ClientList } from '../features/clients/client-list.tsx';
import { PersonMenu } from '../features/staff/person-menu.tsx';
import { SyncBadge } from '../features/sync/sync-badge.tsx';
import { SyncPage } from '../features/sync/sync-page.tsx';
import { type Member, StaffedApp } from '../staffed/staffed-app.tsx';
import { AppHeader } from '../ui/app-header.tsx';
import classes from './manager-app.module.css';
import { PartnerDesk } from './partner-desk.tsx';

export function ManagerApp() {
  return <StaffedApp>{(info, member) => <Desk info={info} member={member} />}</StaffedApp>;
}

function Desk({ info, member }: { readonly info: DeviceInfo; readonly member: Member }) {
  const t = useText();
  const [isSyncOpen, setSyncOpen] = useState(false);
  const [view, setView] = useState<'clients' | 'partner'>('clients');
  const close = () => setSyncOpen(false);
  useKeys({ Escape: close }, isSyncOpen);
  return (
    <div className={classes.page}>
      <AppHeader
        title={
          <>
            {view === 'partner' ? t('manager:view.partner') : t('manager:title')}
            {info.shop ? (
              <span className={classes.shop}>
                <bdi>{info.shop.name}</bdi>
              </span>
            ) : null}
          </>
        }
      >
        <SegmentedControl
          aria-label={t('manager:pages')}
          value={view}
          onChange={(value) => {
            setView(value === 'partner' ? 'partner' : 'clients');
            close();
          }}
          data={[
            { value: 'clients', label: t('manager:view.clients') },
            { value: 'partner', label: t('manager:view.partner') },
          ]}
        />
        <SyncBadge onOpen={() => setSyncOpen(true)} />
        <PersonMenu member={member} />
      </AppHeader>
      <main className={classes.main}>
        {isSyncOpen ? (
          <FeatureBoundary name="sync">
            <div className={classes.sync}>
              <SyncPage onBack={close} />
            </div>
          </FeatureBoundary>
        ) : view === 'partner' ? (
          <FeatureBoundary name="partner">
            <PartnerDesk timeZone={info.shop?.timeZone ?? 'Europe/Moscow'} />
          </FeatureBoundary>
        ) : (
          <FeatureBoundary name="clients">
            <ClientList />
          </FeatureBoundary>
        )}
      </main>
    </div>
  );
}
