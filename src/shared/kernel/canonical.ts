/**
 * Keys of one object, in the order in which they were put, lead from the root to its entry: objects of one schema share it,
 * and only the first of them has its keys sorted.
 */
interface Shape {
  readonly next: Map<string, Shape>;
  /** In the order of canonical JSON; undefined until an object ends here. */
  sorted?: readonly Member[];
}
interface Member {
  readonly key: string;
  /** `"name":` */
  readonly label: string;
}

const root: Shape = { next: new Map() };
let shapes = 0;
/** Keys may also come from outside. */
const MAX_SHAPES = 4096;

function membersOf(record: object): readonly Member[] {
  const keys = Object.keys(record);
  let shape = root;
  for (const key of keys) {
    let next = shape.next.get(key);
    if (next === undefined) {
      next = { next: new Map() };
      if (shapes < MAX_SHAPES) {
        shapes += 1;
        shape.next.set(key, next);
      }
    }
    shape = next;
  }
  // Array.prototype.sort without a comparer orders by UTF-16 code units, which is what RFC 8785 asks for.
  shape.sorted ??= keys.sort().map((key) => ({ key, label: `${JSON.stringify(key)}:` }));
  return shape.sorted;
}

/** What JSON may write otherwise than it stands: quotes, control characters, half of a surrogate pair. */
const ESCAPED = /["\\\p{Cc}\p{Cs}]/u;

/** JSON with sorted keys and no undefined members: the same value gives the same text on every side (RFC 8785 order). */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
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
  for (const { key, label } of membersOf(record)) {
    const member = record[key];
    if (member !== undefined) text += (text === '' ? '' : ',') + label + canonicalJson(member);
  }
  return `{${text}}`;
}
