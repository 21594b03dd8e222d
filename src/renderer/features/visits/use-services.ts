import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../app/rpc.tsx';
import { readServices, type Service } from './services.rules.ts';

/** What this kiosk offers now. Empty until it is known. */
export function useServices(): {
  readonly services: readonly Service[];
  readonly isPending: boolean;
  readonly error: unknown;
} {
  const api = useApi();
  const items = useQuery(api.catalogue.services.queryOptions());
  const register = useQuery(api.fiscal.register.queryOptions());
  const scan = useQuery(api.diagnostics.available.queryOptions());
  const off = useQuery(api.attendant.off.queryOptions());
  return {
    services: readServices(items.data ?? [], register.data, scan.data !== false, off.data ?? []),
    isPending: items.isPending,
    error: items.error,
  };
}
