/**
 * What was typed and is not saved: it outlives a step, a fault and a sign-in that ran out. In the memory of the page, because
 * values of a passport must not come into any file of a browser; `draft-keeper.ts` has them sealed elsewhere.
 */
import { create } from 'zustand';
import type { Draft } from '#shared/clients/drafts.schema.ts';
import type { Basis } from './autosave.rules.ts';

export type Typed = Readonly<Record<string, string>>;
const NOTHING: Typed = {};

interface Kept {
  /** The texts that were given to be kept last; empty when nobody took them. */
  readonly said: string;
  readonly isSafe: boolean;
}

interface Drafts {
  readonly typed: Readonly<Record<string, Typed>>;
  /** What each form was typed upon, while something of it is unsaved. */
  readonly bases: Readonly<Record<string, Basis | undefined>>;
  readonly kept: Readonly<Record<string, Kept>>;
  /** Clients whose kept drafts are on the page. */
  readonly restored: readonly string[];
  readonly stand: (form: string, basis: Basis | undefined) => void;
  readonly write: (form: string, field: string, text: string) => void;
  readonly drop: (form: string, fields: readonly string[]) => void;
  readonly noteKept: (form: string, kept: Kept) => void;
  /** Puts drafts onto the page, but for forms that were typed into here. */
  readonly restore: (clientId: string, drafts: readonly (readonly [form: string, draft: Draft])[]) => void;
  readonly clear: () => void;
}

const EMPTY = { typed: {}, bases: {}, kept: {}, restored: [] } as const;

export const useDrafts = create<Drafts>((set) => ({
  ...EMPTY,
  stand: (form, basis) => set(({ bases }) => ({ bases: { ...bases, [form]: basis } })),
  write: (form, field, text) =>
    set(({ typed }) => ({ typed: { ...typed, [form]: { ...typed[form], [field]: text } } })),
  drop: (form, fields) =>
    set(({ typed }) => {
      const left = Object.entries(typed[form] ?? NOTHING).filter(([field]) => !fields.includes(field));
      return { typed: { ...typed, [form]: Object.fromEntries(left) } };
    }),
  noteKept: (form, one) => set(({ kept }) => ({ kept: { ...kept, [form]: one } })),
  restore: (clientId, drafts) =>
    set(({ typed, bases, kept, restored }) => {
      const fresh = drafts.filter(([form]) => Object.keys(typed[form] ?? NOTHING).length === 0);
      const of = <T>(value: (draft: Draft) => T) => Object.fromEntries(fresh.map(([form, one]) => [form, value(one)]));
      return {
        restored: [...restored, clientId],
        typed: { ...typed, ...of((draft) => draft.typed) },
        bases: { ...bases, ...of(({ version, was }): Basis => ({ version, was, sent: {} })) },
        kept: { ...kept, ...of((draft) => ({ said: JSON.stringify(draft.typed), isSafe: true })) },
      };
    }),
  clear: () => set(EMPTY),
}));

export const typedOf = (form: string): Typed => useDrafts.getState().typed[form] ?? NOTHING;
export const basisOf = (form: string): Basis | undefined => useDrafts.getState().bases[form];
export const useTyped = (form: string): Typed => useDrafts((state) => state.typed[form] ?? NOTHING);
/** What one person typed is not the next one's to read. */
export const clearDrafts = (): void => useDrafts.getState().clear();
