/**
 * Words for trouble codes, Russian and English. The data say which part and which failure stand for a code; the sentence is
 * composed of the two with a colon between them, so that neither has to agree with the other in gender or case.
 * What is not in the data is told from the structure of the code (SAE J2012) and said to be so.
 */
import advice from './dtc/advice.json' with { type: 'json' };
import codes from './dtc/codes.json' with { type: 'json' };
import failures from './dtc/failures.json' with { type: 'json' };
import parts from './dtc/parts.json' with { type: 'json' };
import structure from './dtc/structure.json' with { type: 'json' };
import systems from './dtc/systems.json' with { type: 'json' };

export type DtcLanguage = 'ru' | 'en';
/** 1 stop now, 2 soon, 3 watch. */
export type Urgency = 1 | 2 | 3;
/** Described by our data; of the standard but not described; of a manufacturer; kept in reserve by the standard. */
export type DtcOrigin = 'described' | 'structure' | 'manufacturer' | 'reserved';

export interface DtcText {
  readonly code: string;
  readonly origin: DtcOrigin;
  /** `Зажигание` */
  readonly system: string;
  /** `Цилиндр 3` */
  readonly part: string;
  /** `пропуски зажигания`, in small letters: it follows the part. */
  readonly wrong: string;
  readonly urgency: Urgency;
  /** What a driver should do, in sentences. */
  readonly advice: string;
}

type Words = Readonly<Record<DtcLanguage, string>>;
type Part = Words & { readonly system: keyof typeof systems; readonly urgency: Urgency };
type Failure = Words & { readonly urgency?: Urgency };

const PARTS = parts as Readonly<Record<string, Part>>;
const FAILURES = failures as Readonly<Record<string, Failure>>;
const SYSTEMS: Readonly<Record<string, Words & { readonly hint: Words }>> = systems;
const GROUPS: Readonly<Record<string, Words>> = structure.groups;
const LETTERS: Readonly<Record<string, Words>> = structure.letters;

interface Described {
  readonly part: string;
  readonly failure: string;
  /** Cylinder, bank or letter that the name of the part asks for. */
  readonly which: string;
}

/** `1..12` and `A..L` are ranges; one sign is itself, and so is none. */
function spread(range: string): string[] {
  if (range === '') return [''];
  const [from = '', to = from] = range.split('..');
  if (/^\d+$/.test(from)) {
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => String(Number(from) + index));
  }
  const first = from.charCodeAt(0);
  return Array.from({ length: to.charCodeAt(0) - first + 1 }, (_, index) => String.fromCharCode(first + index));
}

/** Codes count in sixteens: behind P0099 comes P009A. The data begin a new row instead, so a row counts in tens. */
const DESCRIBED: ReadonlyMap<string, Described> = new Map(
  (codes as readonly (readonly string[])[]).flatMap(([first = '', part = '', failed = '', range = '']) => {
    const all = spread(range).flatMap((which) => failed.split(' ').map((failure) => ({ part, failure, which })));
    const digits = first.slice(2);
    return all.map((one, index): [string, Described] => {
      const number = index === 0 ? digits : String(Number(digits) + index).padStart(3, '0');
      return [`${first.slice(0, 2)}${number}`, one];
    });
  }),
);

/** Codes that the data describe, in order. */
export const describedCodes = (): string[] => [...DESCRIBED.keys()];

/** Who gives a code its meaning. */
function originOf(code: string): Exclude<DtcOrigin, 'described'> {
  const letter = code.charAt(0);
  const digit = code.charAt(1);
  if (digit === '0') return 'structure';
  if (letter === 'P' && digit === '2') return 'structure';
  // P34xx to P39xx and U3xxx are the standard's; P30xx to P33xx are left to manufacturers.
  if (letter === 'P' && digit === '3')
    return code.charAt(2) >= '4' && code.charAt(2) <= '9' ? 'structure' : 'manufacturer';
  if (digit === '3') return letter === 'U' ? 'structure' : 'reserved';
  return 'manufacturer';
}

/** @param code five characters, as `P0420`. */
export function describeCode(code: string, language: DtcLanguage): DtcText {
  const known = DESCRIBED.get(code);
  const part = known && PARTS[known.part];
  const failure = known && FAILURES[known.failure];
  const system = part && SYSTEMS[part.system];
  if (known === undefined || part === undefined || failure === undefined || system === undefined) {
    return describeStructure(code, language);
  }
  const urgency = failure.urgency ?? part.urgency;
  return {
    code,
    origin: 'described',
    system: system[language],
    part: part[language].replace('{n}', known.which),
    wrong: failure[language],
    urgency,
    advice: `${advice[urgency][language]} ${system.hint[language]}`,
  };
}

function describeStructure(code: string, language: DtcLanguage): DtcText {
  const origin = originOf(code);
  const words = structure.origins[origin];
  const letter = LETTERS[code.charAt(0)]?.[language] ?? code;
  const group = code.startsWith('P') && origin === 'structure' ? GROUPS[code.charAt(2)]?.[language] : undefined;
  return {
    code,
    origin,
    system: group === undefined ? letter : `${letter}: ${group}`,
    part: words.part[language],
    wrong: words.wrong[language],
    urgency: 2,
    advice: `${advice[2][language]} ${words.hint[language]}`,
  };
}

/** The gravest first; then as the codes count. */
export const byUrgency = (a: DtcText, b: DtcText): number => a.urgency - b.urgency || a.code.localeCompare(b.code);
