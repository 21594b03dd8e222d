/** What a person typed, as the index knows words: folded, cut into words, and as the other keyboard layout would have it. */

/** Lower case, `ё` as `е`: as the index keeps names and SKUs. */
export const foldText = (text: string): string =>
  text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim().toLowerCase().replaceAll('ё', 'е');

/** What the tokenizer takes for words. An FTS5 query is built of nothing else, so no input can be its syntax. */
export const searchWords = (text: string): string[] => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];

const LATIN = `\`qwertyuiop[]asdfghjkl;'zxcvbnm,.~{}:"<>`;
const RUSSIAN = 'ёйцукенгшщзхъфывапролджэячсмитьбюёхъжэбю';
const TO_RUSSIAN = new Map(Array.from(LATIN, (key, place) => [key, RUSSIAN.charAt(place)]));
const TO_LATIN = new Map(Array.from(RUSSIAN, (key, place) => [key, LATIN.charAt(place)] as const).toReversed());

/** The same keys in the other layout: `ghbdtn` is `привет`. Undefined when no key would give another letter. */
export function otherLayout(text: string): string | undefined {
  const lower = text.normalize('NFC').toLowerCase();
  const keys = /\p{Script=Cyrillic}/u.test(lower) ? TO_LATIN : /[a-z]/.test(lower) ? TO_RUSSIAN : undefined;
  if (keys === undefined) return undefined;
  const other = Array.from(lower, (letter) => keys.get(letter) ?? letter).join('');
  return other === lower ? undefined : other;
}
