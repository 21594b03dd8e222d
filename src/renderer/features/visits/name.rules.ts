/** A name as it is typed with the keys on the screen. Pure. */
import { type Language, VisitContact } from '#shared/visits/visits.schema.ts';

export const SCRIPTS = ['cyrillic', 'latin', 'hebrew'] as const;
export type Script = (typeof SCRIPTS)[number];

/** The letters that a guest who reads this language has most likely in the name. */
export function scriptOf(language: Language): Script {
  if (language === 'ru') return 'cyrillic';
  return language === 'he' ? 'hebrew' : 'latin';
}

const NAME_MAX = 64;
/** What a name is made of; anything else is a slip of the finger. */
const OTHER = /[^\p{L}\p{M}’' -]/gu;

/** Letters in a row with one space or hyphen between, the first of each word large. */
export const withName = (typed: string): string =>
  typed
    .replace(OTHER, '')
    .replace(/^[\s-]+/u, '')
    .replace(/([\s-])[\s-]+/gu, '$1')
    .replace(/(?<![\p{L}\p{M}])\p{Ll}/gu, (letter) => letter.toLocaleUpperCase())
    .slice(0, NAME_MAX);

/** The name, or undefined while it is none. */
export function readName(typed: string): string | undefined {
  const name = typed.replace(/[\s-]+$/u, '');
  const letters = name.match(/\p{L}/gu)?.length ?? 0;
  return letters >= 2 ? VisitContact.shape.name.safeParse(name).data : undefined;
}
