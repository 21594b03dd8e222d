/** Files of clients, read for a screen and read back from it. Pure. */
import { ClientEdit, ClientElements } from '#shared/clients/clients.mutators.ts';
import type { Client, ClientTab } from '#shared/clients/clients.schema.ts';
import { formatPhone } from '#shared/kernel/phone.ts';

/** In the order of the tabs; the digit of a tab is its place. */
export const TABS = ['new', 'processed', 'mine', 'in_work'] as const satisfies readonly ClientTab[];

/** The tab on the other side of this one; round the end. */
export const nextTab = (tab: ClientTab, by: 1 | -1): ClientTab =>
  TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? tab;

/** Fields that are typed as text, in the order of the form. */
export const TYPED = ['name', 'phone', 'email', 'registrationAddress', 'comment'] as const;
export type TypedField = (typeof TYPED)[number];

/** What stands in the form. */
export type Draft = Readonly<Record<TypedField, string>> & { readonly tags: readonly string[] };

export const EMPTY_DRAFT: Draft = { name: '', phone: '', email: '', registrationAddress: '', comment: '', tags: [] };

export const draftOf = (client: Client): Draft => ({
  name: client.name,
  phone: client.phone === undefined ? '' : formatPhone(client.phone),
  email: client.email ?? '',
  registrationAddress: client.registrationAddress ?? '',
  comment: client.comment ?? '',
  tags: client.tags,
});

export type ReadDraft =
  | {
      readonly isGood: true;
      /** Only what differs from what the form was opened with. */
      readonly set: ClientEdit;
      readonly addTags: readonly string[];
      readonly removeTags: readonly string[];
      readonly isChanged: boolean;
    }
  | { readonly isGood: false; readonly wrong: readonly (TypedField | 'tags')[] };

/** What a person changed in the form since `opened`; fields they let be are not said, so nobody's work is written over. */
export function readDraft(draft: Draft, opened: Draft): ReadDraft {
  const set: Record<string, unknown> = {};
  const wrong: (TypedField | 'tags')[] = [];
  for (const field of TYPED) {
    const text = draft[field].trim();
    const isMissing = field === 'name' && text === '';
    if (text === opened[field].trim() && !isMissing) continue;
    const value = text === '' && !isMissing ? null : text;
    const read = ClientEdit.shape[field].safeParse(value);
    if (read.success) set[field] = read.data;
    else wrong.push(field);
  }
  const addTags = draft.tags.filter((tag) => !opened.tags.includes(tag));
  const removeTags = opened.tags.filter((tag) => !draft.tags.includes(tag));
  if (!ClientElements.safeParse({ tags: addTags }).success) wrong.push('tags');
  if (wrong.length > 0) return { isGood: false, wrong };
  const isChanged = Object.keys(set).length + addTags.length + removeTags.length > 0;
  return { isGood: true, set, addTags, removeTags, isChanged };
}

/** Fields that somebody else changed while this person was writing another value into them. */
export const overtaken = (draft: Draft, opened: Draft, now: Draft): TypedField[] =>
  TYPED.filter(
    (field) => now[field] !== opened[field] && draft[field] !== opened[field] && draft[field] !== now[field],
  );
