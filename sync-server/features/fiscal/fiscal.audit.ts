import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type BearerPrincipal, type UserPrincipal } from '../../auth/principals.ts';
import type { Tx } from '../../db/db.ts';

/** What is done with fiscal tasks goes to the audit in the transaction that does it. */
export const createTaskAudit =
  (now: () => number) =>
  (
    tx: Tx,
    by: UserPrincipal | BearerPrincipal,
    { id }: { readonly id: string },
    event: string,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> =>
    appendAudit(tx, by, { at: now(), event, actor: actorOf(by), entity: { type: 'fiscal_task', id }, details });
