/** When to ask, and what to show meanwhile. A scanner types a code into whatever field has the focus, and its middle is no question. Pure. */

/** Keys closer than this come from a scanner, or from two fingers at once. */
const BURST_MS = 50;
/** Two fingers give one such gap, a scanner one after another. */
const BURST_KEYS = 2;

export interface Pace {
  /** When the last change of the text came, on any steady clock. */
  readonly at: number;
  /** Changes in a row, each close to the one before it. */
  readonly close: number;
}
export const AT_REST: Pace = { at: Number.NEGATIVE_INFINITY, close: 0 };

/** The pace after a change, and how long to wait for another one before asking; 0 is to ask now. */
export function keepPace(pace: Pace, at: number): { readonly pace: Pace; readonly waitMs: number } {
  const close = at - pace.at <= BURST_MS ? pace.close + 1 : 0;
  return { pace: { at, close }, waitMs: close >= BURST_KEYS ? BURST_MS : 0 };
}

/** Is a text what is left of, or has become of, the one before it? Then what was found may stand until the answer comes. */
export const continues = (before: unknown, text: string): boolean =>
  typeof before === 'string' && before !== '' && (text.startsWith(before) || before.startsWith(text));
