/** A manager at a device: who it is by PIN, then the screens over what the device has. */
import { useMemo } from 'react';
import { RouterProvider } from 'react-router';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import { ManagerProvider } from '../app/manager.tsx';
import { useDeviceClient } from '../app/rpc.tsx';
import { clearDrafts } from '../features/client-wizard/draft.store.ts';
import { PersonMenu } from '../features/staff/person-menu.tsx';
import { SyncBadge } from '../features/sync/sync-badge.tsx';
import { type Member, StaffedApp } from '../staffed/staffed-app.tsx';
import { createDeskSource } from './desk-source.ts';
import { FrameTools } from './frame.tsx';
import type { createDeviceRouter } from './manager-router.tsx';

type Router = ReturnType<typeof createDeviceRouter>;

export function ManagerApp({ router }: { readonly router: Router }) {
  return <StaffedApp>{(info, member) => <Desk info={info} member={member} router={router} />}</StaffedApp>;
}

function Desk({
  info,
  member,
  router,
}: {
  readonly info: DeviceInfo;
  readonly member: Member;
  readonly router: Router;
}) {
  const client = useDeviceClient();
  const timeZone = info.shop?.timeZone ?? 'Europe/Moscow';
  const { id, name } = member;
  const source = useMemo(() => createDeskSource(client, { timeZone, me: { id, name } }), [client, timeZone, id, name]);
  return (
    <ManagerProvider source={source}>
      <FrameTools
        value={
          <>
            <SyncBadge onOpen={() => void router.navigate('/sync')} />
            <PersonMenu member={member} onSignOut={clearDrafts} />
          </>
        }
      >
        <RouterProvider router={router} />
      </FrameTools>
    </ManagerProvider>
  );
}
