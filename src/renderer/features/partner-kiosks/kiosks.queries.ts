import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { KIOSK_LOOKS, type KioskStatus, type PartnerKiosk } from '#shared/partner/partner.api.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import {
  type PartnerActs,
  type PartnerKiosksFilter,
  type PartnerKiosksPage,
  type PartnerSource,
  partnerKeys,
  usePartner,
} from '../../app/partner.tsx';

const listKey = [...partnerKeys.kiosks, 'list'] as const;
const oneKey = (id: string) => [...partnerKeys.kiosks, 'one', id] as const;

export const kiosksQuery = (source: PartnerSource, filter: PartnerKiosksFilter) =>
  infiniteQueryOptions({
    queryKey: [...listKey, filter],
    queryFn: ({ pageParam, signal }) => source.kiosks(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

/** Those that stand still: a page of them is more than anybody reads. */
export const troublesQuery = (source: PartnerSource) =>
  queryOptions({
    queryKey: [...partnerKeys.kiosks, 'troubles'],
    queryFn: async ({ signal }) => (await source.kiosks({ look: 'trouble' }, undefined, signal)).kiosks,
  });

export const kioskQuery = (source: PartnerSource, id: string) =>
  queryOptions({ queryKey: oneKey(id), queryFn: ({ signal }) => source.kiosk(id, signal) });

/** The filter is in the address, so it outlives a reload and can be sent to a colleague. */
export function readKiosksFilter(search: URLSearchParams): PartnerKiosksFilter {
  const q = search.get('q')?.trim();
  const look = KIOSK_LOOKS.find((one) => one === search.get('look'));
  return { ...(q ? { q } : {}), ...(look ? { look } : {}) };
}
export const writeKiosksFilter = ({ q, look }: PartnerKiosksFilter): Record<string, string> => ({
  ...(q ? { q } : {}),
  ...(look ? { look } : {}),
});

type Pages = InfiniteData<PartnerKiosksPage, string | undefined>;

/** Wherever the kiosk stands it is as the answer has it. */
function show(queryClient: QueryClient, kiosk: PartnerKiosk): void {
  queryClient.setQueriesData<Pages>({ queryKey: listKey }, (known) =>
    known === undefined
      ? undefined
      : {
          ...known,
          pages: known.pages.map((page) => ({
            ...page,
            kiosks: page.kiosks.map((one) => (one.id === kiosk.id ? kiosk : one)),
          })),
        },
  );
  queryClient.setQueryData<PartnerKiosk>(oneKey(kiosk.id), (known) => ({ ...known, ...kiosk }));
}

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
      show(queryClient, kiosk);
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
