/**
 * Telling a barcode scanner from a person: a scanner is a keyboard that types a whole code within milliseconds and ends
 * it with Enter or Tab. Pure; the page feeds it keys with their times.
 */
export interface ScannerKey {
  /** `KeyboardEvent.code`: a scanner set to Latin types through whatever layout is on, so letters are read by position. */
  readonly code: string;
  readonly key: string;
  /** Shift is down. */
  readonly shift?: boolean;
  /** Milliseconds on any steady clock. */
  readonly at: number;
}

export interface ScannerState {
  readonly text: string;
  /** When the last key came. */
  readonly at: number;
}

export type ScannerStep =
  | { readonly kind: 'typing'; readonly state: ScannerState }
  /** Comes before each capital of a code, and is a part of neither typing nor a code. */
  | { readonly kind: 'modifier'; readonly state: ScannerState }
  /** The key belongs to a burst too fast for a hand: it is no shortcut. */
  | { readonly kind: 'burst'; readonly state: ScannerState }
  | { readonly kind: 'scanned'; readonly state: ScannerState; readonly barcode: string };

export const SCANNER_IDLE: ScannerState = { text: '', at: Number.NEGATIVE_INFINITY };

/** Scanners send a key every 1-30 ms; the quickest typists rarely go below 60. */
export const MAX_GAP_MS = 50;
/** EAN-8 is the shortest code in trade; in-house codes go down to four, which hands cannot type this fast either. */
export const MIN_LENGTH = 4;

export function feed(state: ScannerState, key: ScannerKey): ScannerStep {
  const continues = key.at - state.at <= MAX_GAP_MS;
  if (key.key === 'Enter' || key.key === 'Tab') {
    if (continues && state.text.length >= MIN_LENGTH) {
      return { kind: 'scanned', state: SCANNER_IDLE, barcode: state.text };
    }
    return { kind: 'typing', state: SCANNER_IDLE };
  }
  if (key.key === 'Shift') return { kind: 'modifier', state };
  const char = charOf(key);
  if (char === undefined) return { kind: 'typing', state: SCANNER_IDLE };
  const text = continues ? state.text + char : char;
  return { kind: text.length > 1 ? 'burst' : 'typing', state: { text, at: key.at } };
}

/** Signs of a scanned code by their place on the keyboard a scanner pretends to be; the QR of a receipt has `=` and `&`. */
const SIGNS: Readonly<Record<string, string>> = { Equal: '=', Minus: '-', Period: '.', Slash: '/' };
const SHIFTED: Readonly<Record<string, string>> = { Digit4: '$', Digit5: '%', Digit7: '&', Equal: '+' };

function charOf({ code, key, shift }: ScannerKey): string | undefined {
  const sign = (shift === true ? SHIFTED : SIGNS)[code];
  if (sign !== undefined) return sign;
  const byPosition = /^(?:Digit|Numpad)(\d)$|^Key([A-Z])$/.exec(code);
  if (byPosition) return byPosition[1] ?? byPosition[2];
  return /^[-.$/+%=&\dA-Za-z]$/.test(key) ? key.toUpperCase() : undefined;
}
