import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { KioskStatus, PartnerKiosk } from '#shared/partner/partner.api.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import { type PartnerActs, type PartnerSource, partnerKeys, usePartner } from '../../app/partner.tsx';

const listKey = [...partnerKeys.kiosks, 'list'] as const;

export const kiosksQuery = (source: PartnerSource) =>
  queryOptions({ queryKey: listKey, queryFn: ({ signal }) => source.kiosks(signal) });

export const errorsQuery = (source: PartnerSource, kioskId: string, limit: number) =>
  queryOptions({
    queryKey: [...partnerKeys.kiosks, 'errors', kioskId, limit],
    queryFn: ({ signal }) => source.errors(kioskId, limit, signal),
  });

/** Shows the kiosk as the answer has it, and reads the rest again. */
function useAct<Args>(act: (acts: PartnerActs, args: Args) => Promise<PartnerKiosk>) {
  const { acts } = usePartner();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (args: Args) => {
      if (acts === undefined) throw new Error('nothing can be done where one may only look');
      return act(acts, args);
    },
    onSuccess: (kiosk) => {
      queryClient.setQueryData<readonly PartnerKiosk[]>(listKey, (kiosks) =>
        kiosks?.map((one) => (one.id === kiosk.id ? kiosk : one)),
      );
      return queryClient.invalidateQueries({ queryKey: partnerKeys.kiosks });
    },
  });
}

export const useSetStatus = () =>
  useAct((acts, { id, status }: { readonly id: string; readonly status: KioskStatus }) => acts.setStatus(id, status));
export const useSetLanguage = () =>
  useAct((acts, { id, language }: { readonly id: string; readonly language: Language }) =>
    acts.setLanguage(id, language),
  );
export const useClearErrors = () => useAct((acts, id: string) => acts.clearErrors(id));

export function useIssueCode() {
  const { acts } = usePartner();
  return useMutation({
    mutationFn: async (id: string) => {
      if (acts === undefined) throw new Error('no code is given where one may only look');
      return acts.issueCode(id);
    },
    // What is shown once must not stay in the memory of the page.
    gcTime: 0,
  });
}

export type KioskLook = 'online' | 'away' | 'never';

/** Whether it is there; what it was told to be is another matter. */
export const lookOf = ({ online, lastActiveAt }: Pick<PartnerKiosk, 'online' | 'lastActiveAt'>): KioskLook =>
  online ? 'online' : lastActiveAt === null ? 'never' : 'away';

export const inTrouble = ({ status, lastErrorCode }: Pick<PartnerKiosk, 'status' | 'lastErrorCode'>): boolean =>
  status === 'error' || lastErrorCode !== null;
