import { useQuery } from '@tanstack/react-query';
import { useApi } from '../app/rpc.tsx';
import { guestOf } from './kiosk.flow.ts';
import { useKiosk } from './kiosk.store.ts';

/** Is what the guest paid for done at this screen? A photo is taken elsewhere; a scan needs an adapter. */
export function useWork(): boolean {
  const api = useApi();
  const kind = useKiosk(({ flow }) => guestOf(flow)?.kind);
  const available = useQuery(api.diagnostics.available.queryOptions());
  return kind === 'thickness' || (kind === 'diagnostics' && available.data === true);
}
