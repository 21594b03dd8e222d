/**
 * The words of trouble codes by language. Russian and English stand beside the data they belong to; the languages that only
 * guests read have a file each.
 */
import type { Language } from '../visits/visits.schema.ts';
import advice from './dtc/advice.json' with { type: 'json' };
import es from './dtc/es.json' with { type: 'json' };
import failures from './dtc/failures.json' with { type: 'json' };
import fr from './dtc/fr.json' with { type: 'json' };
import he from './dtc/he.json' with { type: 'json' };
import parts from './dtc/parts.json' with { type: 'json' };
import structure from './dtc/structure.json' with { type: 'json' };
import systems from './dtc/systems.json' with { type: 'json' };

type Table<T = string> = Readonly<Record<string, T>>;

export interface DtcWords {
  /** By urgency. */
  readonly advice: Table;
  readonly letters: Table;
  readonly groups: Table;
  readonly origins: Table<{ readonly part: string; readonly wrong: string; readonly hint: string }>;
  readonly systems: Table<{ readonly name: string; readonly hint: string }>;
  readonly failures: Table;
  readonly parts: Table;
}

type Staff = 'ru' | 'en';
type Both = Readonly<Record<Staff, string>>;

const pick = <T, U>(table: Table<T>, choose: (value: T) => U): Table<U> =>
  Object.fromEntries(Object.entries(table).map(([key, value]) => [key, choose(value)]));

const ofStaff = (language: Staff): DtcWords => {
  const one = (both: Both): string => both[language];
  return {
    advice: pick<Both, string>(advice, one),
    letters: pick<Both, string>(structure.letters, one),
    groups: pick<Both, string>(structure.groups, one),
    origins: pick(structure.origins, ({ part, wrong, hint }) => ({
      part: one(part),
      wrong: one(wrong),
      hint: one(hint),
    })),
    systems: pick<Both & { readonly hint: Both }, DtcWords['systems'][string]>(systems, (system) => ({
      name: one(system),
      hint: one(system.hint),
    })),
    failures: pick<Both, string>(failures, one),
    parts: pick<Both, string>(parts, one),
  };
};

const WORDS: Readonly<Record<Language, DtcWords>> = { ru: ofStaff('ru'), en: ofStaff('en'), fr, es, he };

export const dtcWords = (language: Language): DtcWords => WORDS[language];
