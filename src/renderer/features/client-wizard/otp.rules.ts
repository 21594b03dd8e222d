/** Six boxes for a code. Pure. */
export const OTP_LENGTH = 6;

/** Digits alone, as many as there are boxes: people paste «Код: 123 456». */
export const digitsOf = (text: string): string => text.replace(/\D/g, '').slice(0, OTP_LENGTH);

export interface Boxes {
  readonly code: string;
  /** The box that takes the next digit. */
  readonly at: number;
}

const within = (at: number): number => Math.min(Math.max(at, 0), OTP_LENGTH - 1);

/** Digits typed or pasted into a box: they fill it and the ones after it. Codes have no gaps: a box beyond the end is the next one. */
export function enter({ code }: Boxes, box: number, text: string): Boxes {
  const digits = digitsOf(text);
  const from = Math.min(box, code.length);
  const next = (code.slice(0, from) + digits + code.slice(from + digits.length)).slice(0, OTP_LENGTH);
  return { code: next, at: within(from + digits.length) };
}

/** Backspace: the digit of the box, or the one before it when the box is empty. */
export function erase({ code }: Boxes, box: number): Boxes {
  const at = Math.min(box, code.length) < code.length ? box : code.length - 1;
  return at < 0 ? { code, at: 0 } : { code: code.slice(0, at) + code.slice(at + 1), at };
}
