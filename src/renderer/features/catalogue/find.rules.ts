/** What to show while an answer is awaited. Pure. */

/** Is a text what is left of, or has become of, the one before it? Then what was found may stand until the answer comes. */
export const continues = (before: unknown, text: string): boolean =>
  typeof before === 'string' && before !== '' && (text.startsWith(before) || before.startsWith(text));
