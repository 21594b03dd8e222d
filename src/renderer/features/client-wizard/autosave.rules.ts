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
