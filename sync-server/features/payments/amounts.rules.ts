/** "480.00" → 48 000; `undefined` for what is no sum with at most two decimals. */
export function decimalToMinor(text: string): number | undefined {
  const [, whole = '', part = ''] = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  return whole === '' ? undefined : Number(whole) * 100 + Number(part.padEnd(2, '0'));
}
