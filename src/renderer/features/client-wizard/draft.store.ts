/**
 * What was typed and is not saved: it outlives a step, a fault and a sign-in that ran out. In memory only, because values of a
 * passport must not come into any file, and gone with the page.
 */
import { create } from 'zustand';
import type { Basis } from './autosave.rules.ts';

export type Typed = Readonly<Record<string, string>>;
const NOTHING: Typed = {};

interface Drafts {
  readonly typed: Readonly<Record<string, Typed>>;
  /** What each form was typed upon, while something of it is unsaved. */
  readonly bases: Readonly<Record<string, Basis | undefined>>;
  readonly stand: (form: string, basis: Basis | undefined) => void;
  readonly write: (form: string, field: string, text: string) => void;
  readonly drop: (form: string, fields: readonly string[]) => void;
  readonly clear: () => void;
}

export const useDrafts = create<Drafts>((set) => ({
  typed: {},
  bases: {},
  stand: (form, basis) => set(({ bases }) => ({ bases: { ...bases, [form]: basis } })),
  write: (form, field, text) =>
    set(({ typed }) => ({ typed: { ...typed, [form]: { ...typed[form], [field]: text } } })),
  drop: (form, fields) =>
    set(({ typed }) => {
      const left = Object.entries(typed[form] ?? NOTHING).filter(([field]) => !fields.includes(field));
      return { typed: { ...typed, [form]: Object.fromEntries(left) } };
    }),
  clear: () => set({ typed: {}, bases: {} }),
}));

export const typedOf = (form: string): Typed => useDrafts.getState().typed[form] ?? NOTHING;
export const basisOf = (form: string): Basis | undefined => useDrafts.getState().bases[form];
export const useTyped = (form: string): Typed => useDrafts((state) => state.typed[form] ?? NOTHING);
/** What one person typed is not the next one's to read. */
export const clearDrafts = (): void => useDrafts.getState().clear();
