import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  HqCategories,
  type HqChangeKind,
  HqImport,
  HqImportChanges,
  HqImports,
  type HqItem,
  type HqItemPatch,
  HqItem as HqItemReply,
  HqItems,
  type HqPricePlan,
  HqPrices,
} from '#shared/hq/catalogue.api.ts';
import { HqShops } from '#shared/hq/hq.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';
import { isAtWork } from './import.rules.ts';

export interface ItemsFilter {
  readonly shopId?: string;
  readonly q?: string;
  readonly category?: string;
  readonly active?: 'true' | 'false';
}

/** The filter is in the address, so it outlives a reload, a session and a message to a colleague. */
export function readItemsFilter(search: URLSearchParams): ItemsFilter {
  const shopId = search.get('shop');
  const q = search.get('q')?.trim();
  const category = search.get('category');
  const active = search.get('active');
  return {
    ...(shopId ? { shopId } : {}),
    ...(q ? { q } : {}),
    ...(category ? { category } : {}),
    ...(active === 'true' || active === 'false' ? { active } : {}),
  };
}

export function writeItemsFilter({ shopId, q, category, active }: ItemsFilter): Record<string, string> {
  return {
    ...(shopId ? { shop: shopId } : {}),
    ...(q ? { q } : {}),
    ...(category ? { category } : {}),
    ...(active ? { active } : {}),
  };
}

export const shopsQuery = (hq: Hq) =>
  queryOptions({ queryKey: hqKeys.shops, queryFn: ({ signal }) => hq.get('/hq/shops', HqShops, {}, signal) });

export const itemsQuery = (hq: Hq, filter: ItemsFilter & { readonly shopId: string }) =>
  infiniteQueryOptions({
    queryKey: [...hqKeys.catalogue, 'items', filter],
    queryFn: ({ pageParam, signal }) =>
      hq.get('/hq/catalogue/items', HqItems, { ...filter, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export const categoriesQuery = (hq: Hq, shopId: string) =>
  queryOptions({
    queryKey: [...hqKeys.catalogue, 'categories', shopId],
    queryFn: ({ signal }) => hq.get('/hq/catalogue/categories', HqCategories, { shopId }, signal),
  });

export const importsQuery = (hq: Hq) =>
  queryOptions({
    queryKey: [...hqKeys.catalogue, 'imports'],
    queryFn: ({ signal }) => hq.get('/hq/catalogue/imports', HqImports, {}, signal),
  });

/** How often an import that is at work is asked after. */
const ASK_MS = 500;

export const importQuery = (hq: Hq, id: string) =>
  queryOptions({
    queryKey: [...hqKeys.catalogue, 'import', id],
    queryFn: ({ signal }) => hq.get(`/hq/catalogue/imports/${id}`, HqImport, {}, signal),
    refetchInterval: ({ state }) => (state.data === undefined || isAtWork(state.data) ? ASK_MS : false),
  });

export const changesQuery = (hq: Hq, id: string, kind: HqChangeKind | undefined) =>
  infiniteQueryOptions({
    queryKey: [...hqKeys.catalogue, 'changes', id, kind],
    queryFn: ({ pageParam, signal }) =>
      hq.get(`/hq/catalogue/imports/${id}/changes`, HqImportChanges, { kind, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => (next === undefined ? undefined : String(next)),
  });

export function useSaveItem(of: HqItem) {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: Omit<HqItemPatch, 'ver'>) =>
      hq.patch(`/hq/catalogue/items/${of.item.id}`, HqItemReply, { ...patch, ver: of.ver }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: hqKeys.catalogue }),
  });
}

export const pricesQuery = (hq: Hq, itemId: string) =>
  queryOptions({
    queryKey: [...hqKeys.catalogue, 'prices', itemId],
    queryFn: ({ signal }) => hq.get(`/hq/catalogue/items/${itemId}/prices`, HqPrices, {}, signal),
  });

function usePriceAct<Input>(path: string, of: HqItem, bodyOf: (input: Input) => object) {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) =>
      hq.post(`/hq/catalogue/items/${of.item.id}/${path}`, HqItemReply, { ...bodyOf(input), ver: of.ver }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: hqKeys.catalogue }),
  });
}
export const usePlanPrice = (of: HqItem) => usePriceAct('prices', of, (price: Omit<HqPricePlan, 'ver'>) => price);
export const useCancelPrice = (of: HqItem) =>
  usePriceAct('prices/cancel', of, (effectiveFrom: number) => ({ effectiveFrom }));

export interface NewImport {
  readonly file: File;
  readonly shopId: string | undefined;
  readonly replaceMissing: boolean;
  /** From when its prices are asked; at once without it. Unix ms. */
  readonly effectiveFrom: number | undefined;
}

/** A change of an import's state: what it answers is what is shown at once. */
function useImportAct<Input>(run: (hq: Hq, input: Input) => Promise<HqImport>) {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => run(hq, input),
    onSuccess: (made) => {
      queryClient.setQueryData(importQuery(hq, made.id).queryKey, made);
      void queryClient.invalidateQueries({ queryKey: importsQuery(hq).queryKey });
    },
  });
}

export const useCreateImport = () =>
  useImportAct((hq, { file, shopId, replaceMissing, effectiveFrom }: NewImport) =>
    hq.upload('/hq/catalogue/imports', HqImport, file, {
      fileName: file.name.slice(0, 255),
      shopId,
      replaceMissing: String(replaceMissing),
      effectiveFrom: effectiveFrom?.toString(),
    }),
  );
export const useApplyImport = () =>
  useImportAct((hq, id: string) => hq.post(`/hq/catalogue/imports/${id}/apply`, HqImport));
export const useCancelImport = () =>
  useImportAct((hq, id: string) => hq.post(`/hq/catalogue/imports/${id}/cancel`, HqImport));
