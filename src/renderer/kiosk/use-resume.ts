import { useEffect } from 'react';
import { useDeviceClient } from '../app/rpc.tsx';
import { useKiosk } from './kiosk.store.ts';

/**
 * After a restart of the page: a visit that was left is ended. The core does not end one whose payment is going on; that
 * guest may be standing here with the bank's page open, so the payment is shown again.
 */
export function useResume(): void {
  const client = useDeviceClient();
  const move = useKiosk((state) => state.move);
  useEffect(() => {
    const resume = async () => {
      const left = await client.visits.current();
      if (!left) return;
      const { id, status, kind, contact } = await client.visits.expire({ id: left.id });
      if (status === 'active') move({ kind: 'resumed', guest: { visitId: id, kind, contact } });
    };
    // Without an answer the attract screen is right: the next choice of a service ends what was left.
    resume().catch(() => undefined);
  }, [client, move]);
}
