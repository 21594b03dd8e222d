/**
 * The one sale by hand that is under way. It outlives the page of the desk: nobody may leave a sale that may have been made
 * without being told of it, and a second press of a button finds that the first was heard.
 */
import { create } from 'zustand';
import type { SaleWish, SellPreview, Sold } from '#shared/rpc/exchange.contract.ts';

export type Phase =
  | { readonly is: 'asked' | 'selling' | 'renewing' }
  /** `unclear`: it may have been sold. */
  | { readonly is: 'unclear' | 'renew' | 'over'; readonly error: unknown }
  | { readonly is: 'sold'; readonly sold: Sold };

export interface Sale {
  /** The same for as long as it is the same sale: by it the server tells a repeated call from a second sale. */
  readonly key: string;
  readonly wish: SaleWish;
  /** The form that a phone asked for. */
  readonly commandId: string | undefined;
  readonly preview: SellPreview;
  readonly phase: Phase;
}

/** What a phone suggested for the form. */
export interface Suggestion {
  readonly commandId: string;
  readonly assetId?: string | undefined;
  readonly quantity?: string | undefined;
  readonly amountMinor?: number | undefined;
  readonly source?: SaleWish['source'];
}

interface SaleState {
  readonly sale: Sale | undefined;
  /** Its dialog is away while nobody can say what came of it: another may sign in, or wait for the line. */
  readonly isPutOff: boolean;
  readonly suggestion: Suggestion | undefined;
  readonly suggest: (suggestion: Suggestion | undefined) => void;
  readonly begin: (sale: Sale) => void;
  readonly turn: (patch: Partial<Pick<Sale, 'phase' | 'preview'>>) => void;
  readonly putOff: (isPutOff: boolean) => void;
  readonly end: () => void;
}

export const useSaleStore = create<SaleState>()((set) => ({
  sale: undefined,
  isPutOff: false,
  suggestion: undefined,
  suggest: (suggestion) => set({ suggestion }),
  begin: (sale) => set({ sale, isPutOff: false }),
  turn: (patch) => set(({ sale }) => (sale === undefined ? {} : { sale: { ...sale, ...patch } })),
  putOff: (isPutOff) => set({ isPutOff }),
  end: () => set({ sale: undefined }),
}));

/** The dialog of a sale stands over the page, and the keys are its own. */
export const useIsSelling = (): boolean => useSaleStore(({ sale, isPutOff }) => sale !== undefined && !isPutOff);
