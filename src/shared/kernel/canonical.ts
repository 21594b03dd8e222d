/** The keys of our schemas over and over: `"name":` by name. Bounded, for keys may also come from outside. */
const labels = new Map<string, string>();
const MAX_LABELS = 1024;

function labelOf(key: string): string {
  const known = labels.get(key);
  if (known !== undefined) return known;
  const label = `${JSON.stringify(key)}:`;
  if (labels.size < MAX_LABELS) labels.set(key, label);
  return label;
}

/** JSON with sorted keys and no undefined members: the same value gives the same text on every side (RFC 8785 order). */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') {
    return Number.isSafeInteger(value) ? `${Number(value)}` : (JSON.stringify(value) ?? 'null');
  }
  // Loops and not map/filter/join: every row that crosses the wire is hashed through here.
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += (text === '' ? '' : ',') + canonicalJson(item);
    return `[${text}]`;
  }
  const record = value as Readonly<Record<string, unknown>>;
  // Array.prototype.sort without a comparer orders by UTF-16 code units, which is what RFC 8785 asks for.
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member !== undefined) text += (text === '' ? '' : ',') + labelOf(key) + canonicalJson(member);
  }
  return `{${text}}`;
}
