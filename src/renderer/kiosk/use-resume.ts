import { useEffect } from 'react';
import { useChangeLanguage } from '../app/i18n/i18n.ts';
import { useConnectionState, useDeviceClient } from '../app/rpc.tsx';
import { useKiosk } from './kiosk.store.ts';

/**
 * After a restart of the page: what the core says of the guest who was here. One who is paying sees the payment again, one
 * who has paid is asked whether they are still here, in their own language; anybody else has been sent off by the asking.
 */
export function useResume(): void {
  const client = useDeviceClient();
  const changeLanguage = useChangeLanguage();
  const move = useKiosk((state) => state.move);
  const line = useConnectionState();
  useEffect(() => {
    // An answer that a lost line took along is asked for again; asking ends a visit that nobody has paid for.
    if (line !== 'open' || useKiosk.getState().flow.step !== 'attract') return;
    const resume = async () => {
      const left = await client.visits.resume();
      if (!left) return;
      const { visit, point, isServed } = left;
      await changeLanguage(visit.language);
      move({
        kind: 'resumed',
        guest: { visitId: visit.id, kind: visit.kind, contact: visit.contact },
        point,
        isServed,
      });
    };
    // Without an answer the attract screen is right: the next choice of a service ends what was left.
    resume().catch(() => undefined);
  }, [client, changeLanguage, move, line]);
}
