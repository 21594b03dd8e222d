import { useQuery } from '@tanstack/react-query';
import { useApi } from '../app/rpc.tsx';
import { SyncTag } from '../ui/sync-tag.tsx';

/** The link with the server where only somebody who was called looks: guests have no use for it. */
export function SyncLine() {
  const api = useApi();
  const status = useQuery(api.sync.status.queryOptions());
  return status.data ? <SyncTag sync={status.data} /> : null;
}
