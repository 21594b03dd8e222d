/** Text that SQLite and JSON take and PostgreSQL's jsonb refuses. Found when a mutation is made, not when it arrives. */

/** False when some string, key included, holds a NUL or half of a surrogate pair. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(isStorable);
  return Object.entries(value).every(([key, member]) => isStorableText(key) && isStorable(member));
}

const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
