/** What of a mutation may be shown or leave in a file: passports are not in clear in either. */
const MASKED = '***';

export function maskPassports(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskPassports);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, /passport/i.test(key) ? MASKED : maskPassports(member)]),
  );
}
