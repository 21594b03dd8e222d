/** What of a form is to be saved, and what of it can go from the page once it is. Pure. */

/** A field's text as the file would hold it: null empties it, undefined cannot be held. */
export type ReadField = (field: string, text: string) => unknown;

export interface Unsaved {
  /** Values to be saved. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Fields whose text cannot be held: they stay on the page as they are. */
  readonly wrong: readonly string[];
}

/** `now` is the file's own text of each field: what reads as the same is not saved again. */
export function unsaved(
  typed: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  read: ReadField,
): Unsaved {
  const set: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const [field, text] of Object.entries(typed)) {
    const value = read(field, text);
    if (value === undefined) wrong.push(field);
    else if (value !== (now[field] ? read(field, now[field]) : null)) set[field] = value;
  }
  return { set, wrong };
}

/**
 * Fields whose text the file holds by now. The one that has the cursor keeps its text until it says the same to the letter:
 * a space that was just typed must not be trimmed away under the hand.
 */
export function settled(
  typed: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  read: ReadField,
  focused: string | undefined,
): string[] {
  const { set, wrong } = unsaved(typed, now, read);
  return Object.entries(typed)
    .filter(([field, text]) => text === now[field] || (field !== focused && !(field in set) && !wrong.includes(field)))
    .map(([field]) => field);
}

/** What the page stood on when typing began. */
export interface Basis {
  readonly version: string | undefined;
  /** The file's texts then. */
  readonly was: Readonly<Record<string, string>>;
  /** What was sent since: found in the file, it is nobody else's. */
  readonly sent: Readonly<Record<string, string>>;
}

export interface Meanwhile {
  readonly typed: Readonly<Record<string, string>>;
  readonly now: Readonly<Record<string, string>>;
  readonly read: ReadField;
  /** Fields that are one value in the file: whoever changes one of them changes all. */
  readonly whole?: readonly string[];
  /** Where the file's own text cannot be compared: what stands for it. Whatever is there may be somebody else's. */
  readonly masked?: Readonly<Record<string, string | undefined>>;
}

/** Unsaved fields that somebody else has changed under the hand that types. */
export function overtaken({ was, sent }: Pick<Basis, 'was' | 'sent'>, meanwhile: Meanwhile): string[] {
  const { typed, now, read, whole = [], masked } = meanwhile;
  const mine = Object.keys(unsaved(typed, now, read).set);
  if (masked !== undefined) return mine.filter((field) => masked[field] !== undefined);
  const fields = mine.some((field) => whole.includes(field)) ? new Set([...mine, ...whole]) : new Set(mine);
  const isSame = (field: string, one: string, other: string) =>
    one.trim() === other.trim() || (one !== '' && other !== '' && read(field, one) === read(field, other));
  return [...fields].filter((field) => {
    const there = now[field] ?? '';
    return ![was[field], sent[field], typed[field]].some((own) => own !== undefined && isSame(field, own, there));
  });
}
