/**
 * Words for trouble codes in every language of a kiosk. The data say which part and which failure stand for a code; the sentence is
 * composed of the two with a colon between them, so that neither has to agree with the other in gender or case.
 * What is not in the data is told from the structure of the code (SAE J2012) and said to be so.
 */
import type { Language } from '../visits/visits.schema.ts';
import codes from './dtc/codes.json' with { type: 'json' };
import failures from './dtc/failures.json' with { type: 'json' };
import parts from './dtc/parts.json' with { type: 'json' };
import { dtcWords } from './dtc.words.ts';

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

const PARTS: Readonly<Record<string, { readonly system: string; readonly urgency: number }>> = parts;
const FAILURES: Readonly<Record<string, { readonly ru: string; readonly urgency?: number }>> = failures;

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
export function describeCode(code: string, language: Language): DtcText {
  const words = dtcWords(language);
  const known = DESCRIBED.get(code);
  const about = known && PARTS[known.part];
  const part = known && words.parts[known.part];
  const wrong = known && words.failures[known.failure];
  const system = about && words.systems[about.system];
  if (known === undefined || about === undefined || part === undefined || wrong === undefined || system === undefined) {
    return describeStructure(code, language);
  }
  const urgency = (FAILURES[known.failure]?.urgency ?? about.urgency) as Urgency;
  return {
    code,
    origin: 'described',
    system: system.name,
    part: part.replace('{n}', known.which),
    wrong,
    urgency,
    advice: `${words.advice[urgency] ?? ''} ${system.hint}`,
  };
}

function describeStructure(code: string, language: Language): DtcText {
  const words = dtcWords(language);
  const origin = originOf(code);
  const told = words.origins[origin];
  const letter = words.letters[code.charAt(0)] ?? code;
  const group = code.startsWith('P') && origin === 'structure' ? words.groups[code.charAt(2)] : undefined;
  return {
    code,
    origin,
    system: group === undefined ? letter : `${letter}: ${group}`,
    part: told?.part ?? code,
    wrong: told?.wrong ?? '',
    urgency: 2,
    advice: `${words.advice[2] ?? ''} ${told?.hint ?? ''}`,
  };
}

/** The gravest first; then as the codes count. */
export const byUrgency = (a: DtcText, b: DtcText): number => a.urgency - b.urgency || a.code.localeCompare(b.code);
