/** Calls that a screen of this mode never makes: whoever makes them is not our page, and somebody should look. */
import type { Core } from '#main/core.ts';
import type { CallContext } from '#main/rpc/rpc.ts';
import { recordAudit } from './audit.repo.ts';

/** A page that tries everything, all day, must not fill the disk. */
const MAX_ENTRIES = 1_000;

/** Keeps each procedure that a connection tried, once. */
export function auditForeignCalls({ db, now }: Pick<Core, 'db' | 'now'>) {
  const kept = new Set<string>();
  return (procedure: string, { mode, connectionId }: Pick<CallContext, 'mode' | 'connectionId'>): void => {
    const key = `${connectionId} ${procedure}`;
    if (kept.has(key) || kept.size >= MAX_ENTRIES) return;
    kept.add(key);
    const entry = { at: now(), event: 'CALL_REFUSED', entity: 'procedure', entityId: procedure } as const;
    db.transaction((tx) => recordAudit(tx, { ...entry, details: { mode, connectionId } }), { behavior: 'immediate' });
  };
}
