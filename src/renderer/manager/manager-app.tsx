import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { ClientList } from '../features/clients/client-list.tsx';
import { PersonMenu } from '../features/staff/person-menu.tsx';
import { type Member, StaffedApp } from '../staffed/staffed-app.tsx';
import { AppHeader } from '../ui/app-header.tsx';
import { SyncTag } from '../ui/sync-tag.tsx';
import classes from './manager-app.module.css';

export function ManagerApp() {
  return <StaffedApp>{(info, member) => <Clients info={info} member={member} />}</StaffedApp>;
}

function Clients({ info, member }: { readonly info: DeviceInfo; readonly member: Member }) {
  const t = useText();
  return (
    <div className={classes.page}>
      <AppHeader
        title={
          <>
            {t('manager:title')}
            {info.shop ? (
              <span className={classes.shop}>
                <bdi>{info.shop.name}</bdi>
              </span>
            ) : null}
          </>
        }
      >
        <SyncTag sync={info.sync} />
        <PersonMenu member={member} />
      </AppHeader>
      <main className={classes.main}>
        <FeatureBoundary name="clients">
          <ClientList />
        </FeatureBoundary>
      </main>
    </div>
  );
}
