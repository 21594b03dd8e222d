/** What an ELM327 said, taken apart: data lines, and the faults it names in words. */

/** Faults that an adapter names, by our names. */
export type AdapterFault =
  | 'no_data'
  | 'unable_to_connect'
  | 'bus_init'
  | 'bus_busy'
  | 'bus_error'
  | 'can_error'
  | 'buffer_full'
  | 'data_error'
  | 'stopped'
  | 'unknown_command'
  | 'low_power'
  | 'internal';

export interface Answer {
  /** Lines as they came, trimmed; hexadecimal for a car's data, words for the adapter's own. */
  readonly lines: readonly string[];
  readonly faults: readonly AdapterFault[];
}

/** The words with their blanks removed: clones set blanks as they like. */
const FAULTS: readonly (readonly [RegExp, AdapterFault])[] = [
  [/^NODATA$/, 'no_data'],
  [/^UNABLETOCONNECT$/, 'unable_to_connect'],
  [/^(BUSINIT:?\.*)?ERROR$/, 'bus_init'],
  [/^BUSBUSY$/, 'bus_busy'],
  [/^(BUSERROR|FBERROR)$/, 'bus_error'],
  [/^CANERROR$/, 'can_error'],
  [/^BUFFERFULL$/, 'buffer_full'],
  [/^(<?DATAERROR|<?RXERROR)$/, 'data_error'],
  [/^STOPPED$/, 'stopped'],
  [/^\?$/, 'unknown_command'],
  [/^(LVRESET|LPALERT|!?ACTALERT)$/, 'low_power'],
  [/^ERR\d\d$/, 'internal'],
];

/** What the adapter prints while it looks for a bus; an answer may follow on the same line. */
const PRELUDE = /^(SEARCHING\.*|BUSINIT:?\.*(OK)?)(?!ERROR)/;

const squeeze = (text: string): string => text.replace(/\s+/g, '').toUpperCase();

/**
 * @param raw everything up to the prompt. Bytes that no ELM327 sends (zeros, line noise) are dropped.
 * @param command as it was sent: an adapter whose echo cannot be switched off repeats it first.
 */
export function readAnswer(raw: string, command: string): Answer {
  const lines: string[] = [];
  const faults = new Set<AdapterFault>();
  let mayEcho = true;
  for (const text of raw.replace(/[^\x20-\x7e\r\n]|>/g, '').split(/[\r\n]+/)) {
    const line = text.trim();
    const squeezed = squeeze(line);
    if (squeezed === '') continue;
    if (mayEcho && squeezed === squeeze(command)) {
      mayEcho = false;
      continue;
    }
    const known = FAULTS.find(([words]) => words.test(squeezed));
    if (known) {
      faults.add(known[1]);
      continue;
    }
    const rest = squeezed.replace(PRELUDE, '');
    const late = FAULTS.find(([words]) => words.test(rest));
    if (late) faults.add(late[1]);
    else if (/<(DATA|RX)ERROR$/.test(squeezed)) faults.add('data_error');
    else if (rest === squeezed) lines.push(line);
    else if (rest !== '') lines.push(rest);
  }
  return { lines, faults: [...faults] };
}

/** Data lines of a car without blanks, in capitals. Lines of anything else are noise and dropped. */
export const hexLines = (answer: Answer): string[] =>
  answer.lines.map(squeeze).filter((line) => /^[0-9A-F]+$/.test(line) || /^[0-9A-F]:[0-9A-F]*$/.test(line));
