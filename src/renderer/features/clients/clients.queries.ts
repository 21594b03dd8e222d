import { queryOptions } from '@tanstack/react-query';
import type { ClientTab } from '#shared/clients/clients.schema.ts';
import { type ManagerSource, managerKeys } from '../../app/manager.tsx';

export const clientsQuery = (source: ManagerSource, tab: ClientTab, text: string) =>
  queryOptions({
    queryKey: [...managerKeys.clients, tab, text.trim()],
    queryFn: ({ signal }) => source.clients({ tab, text: text.trim() }, signal),
  });
