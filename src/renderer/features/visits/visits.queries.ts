import { useMutation } from '@tanstack/react-query';
import type { Visit, VisitKind } from '#shared/visits/visits.schema.ts';
import { toFault } from '../../app/error-text.ts';
import { useLanguage } from '../../app/i18n/i18n.ts';
import { useDeviceClient } from '../../app/rpc.tsx';

/** Begins a visit. One that an earlier guest left behind is ended first: this guest stands here now. */
export function useStartVisit() {
  const client = useDeviceClient();
  const language = useLanguage();
  return useMutation({
    mutationFn: async (kind: VisitKind): Promise<Visit> => {
      try {
        return await client.visits.start({ kind, language });
      } catch (error) {
        if (toFault(error).code !== 'visits.already_active') throw error;
        const left = await client.visits.current();
        if (left) await client.visits.expire({ id: left.id });
        return client.visits.start({ kind, language });
      }
    },
  });
}
