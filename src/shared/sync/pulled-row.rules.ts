/** What `PulledRow` says, without making every row anew: a page has a thousand of them, and a till has other things to do. */
import { PulledRow } from './protocol.ts';
import { Scope } from './scopes.ts';

const { type, id } = PulledRow.shape;
const MOST = { type: type.maxLength ?? 0, id: id.maxLength ?? 0 };

/** True for exactly what the schema takes. Members that this version does not know stay on the row. */
export function isPulledRow(given: unknown): given is PulledRow {
  if (!isRecord(given)) return false;
  const { scope, type, id, ver, deleted, fields, moved } = given;
  return (
    isScope(scope) &&
    typeof type === 'string' &&
    type.length <= MOST.type &&
    typeof id === 'string' &&
    id.length <= MOST.id &&
    Number.isSafeInteger(ver) &&
    Number(ver) >= 0 &&
    typeof deleted === 'boolean' &&
    (fields === null || isRecord(fields)) &&
    (moved === undefined || typeof moved === 'boolean')
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The few scopes of a device come with every row. */
let last: string | undefined;
function isScope(scope: unknown): boolean {
  if (typeof scope !== 'string') return false;
  if (scope === last) return true;
  if (!Scope.safeParse(scope).success) return false;
  last = scope;
  return true;
}
