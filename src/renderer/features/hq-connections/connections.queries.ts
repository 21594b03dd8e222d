import { queryOptions, useMutation } from '@tanstack/react-query';
import { ConnectionCheck, type ConnectionName, HqConnections } from '#shared/hq/connections.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export const connectionsQuery = (hq: Hq) =>
  queryOptions({
    queryKey: hqKeys.connections,
    queryFn: ({ signal }) => hq.get('/hq/connections', HqConnections, {}, signal),
  });

/** Its result is shown until the next one: what worked then says nothing of later. */
export function useCheck(name: ConnectionName) {
  const hq = useHq();
  return useMutation({ mutationFn: () => hq.post(`/hq/connections/${name}/check`, ConnectionCheck) });
}
