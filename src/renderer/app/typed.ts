/**
 * A decimal number as people type it (comma or point, spaces anywhere), scaled to an integer: `parseDecimal('8 000,5', 2)` is
 * 800050. Undefined when it is not a number, is negative, or has more decimals than `digits`.
 */
export function parseDecimal(text: string, digits: number): number | undefined {
  const match = /^(\d{1,12})(?:[.,](\d*))?$/.exec(text.replace(/[\s\u00A0\u202F]/g, ''));
  if (!match) return undefined;
  const fraction = match[2] ?? '';
  return fraction.length > digits ? undefined : Number(`${match[1]}${fraction.padEnd(digits, '0')}`);
}
