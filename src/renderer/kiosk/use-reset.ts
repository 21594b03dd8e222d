import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Language } from '#shared/visits/visits.schema.ts';
import { useChangeLanguage } from '../app/i18n/i18n.ts';
import { useApi, useDeviceClient } from '../app/rpc.tsx';
import { endingOf } from './kiosk.flow.ts';
import { useKiosk } from './kiosk.store.ts';

/** Sends the guest off: the visit ends, and nothing of the guest stays in the flow, the caches or on the screen. */
export function useReset(language: Language): () => void {
  const api = useApi();
  const client = useDeviceClient();
  const queryClient = useQueryClient();
  const changeLanguage = useChangeLanguage();
  return useCallback(() => {
    const { flow, move } = useKiosk.getState();
    const ending = endingOf(flow);
    // The guest has gone: a visit that could not be ended now is ended by the next one, or by the core in time.
    if (ending) client.visits[ending.end]({ id: ending.visitId }).catch(() => undefined);
    move({ kind: 'reset' });
    for (const key of [
      api.visits.key(),
      api.orders.key(),
      api.payments.key(),
      api.diagnostics.key(),
      api.thickness.key(),
      api.reports.key(),
      api.photos.key(),
    ]) {
      queryClient.removeQueries({ queryKey: key });
    }
    queryClient.getMutationCache().clear();
    void changeLanguage(language);
  }, [api, client, queryClient, changeLanguage, language]);
}
