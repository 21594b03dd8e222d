/** A client's file as a manager works with it here: whose it is, whether it is still what he saw, and how it is changed. */
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type ManagerPrincipal } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { type OwnMutation, runOwnMutations } from '../../sync/own-mutations.ts';
import { withRetry } from '../../sync/retry.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import type { ClientFile } from './client-file.ts';
import { etagOf, type FilePart, isStale } from './etag.rules.ts';
import { lockClientRow, type ManagerScope, readClientFile } from './manager.repo.ts';

export interface ClientDeskPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly sync: Pick<SyncService, 'announce'>;
}

export interface Change {
  /** What the caller saw, as `If-Match` says it; absent: whatever there is, and fields merge. */
  readonly ifMatch?: string | undefined;
  /** The part of the file that must be as it was seen. */
  readonly part: FilePart;
  /** Whether the file has it already: who says it again, the answer being lost, is not too late. */
  readonly isMade?: (file: ClientFile) => boolean;
  /** What the caller wants, for the answer to one who came too late. Never a passport's values. */
  readonly yours?: unknown;
  /** For the audit: what was done, without values. */
  readonly event: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly mutations: (file: ClientFile, tx: Tx) => Promise<readonly OwnMutation[]> | readonly OwnMutation[];
}

export type ClientDesk = ReturnType<typeof createClientDesk>;

export function createClientDesk({ db, now, sync }: ClientDeskPorts) {
  /** @throws AppError `clients.not_found`, also for a client of somebody else's shop */
  async function read(by: ManagerScope, id: string, on: Db | Tx = db): Promise<ClientFile> {
    const file = await readClientFile(on, by, id);
    if (file === undefined) throw new AppError('clients.not_found', 'there is no such client');
    return file;
  }

  /**
   * Changes a file by the mutations of devices, which hear of it; a client of nobody becomes the caller's, and a new one is
   * looked into from here on (M-34).
   *
   * @throws AppError `clients.not_found`; `clients.assigned_to_other`; `clients.changed_meanwhile` with `yours` and
   * `current`; what a mutation is refused with
   */
  async function change(by: ManagerPrincipal, id: string, what: Change): Promise<ClientFile> {
    const heads = await withRetry(() =>
      db.transaction(async (tx) => {
        await lockClientRow(tx, by, id);
        const file = await read(by, id, tx);
        assertMayChange(by, file);
        if (isStale(file, what.part, what.ifMatch) && what.isMade?.(file) !== true) {
          throw new AppError('clients.changed_meanwhile', 'somebody changed it after you saw it', {
            details: { yours: what.yours ?? null, currentVersion: etagOf(file) },
          });
        }
        const take = { name: 'client.take', args: { id, memberId: by.managerId, by: by.name } } as const;
        const asked = await what.mutations(file, tx);
        const { organizationId } = by;
        const { shopId } = file.client;
        const made = await runOwnMutations(tx, { organizationId, shopId, now: now() }, [take, ...asked]);
        await appendAudit(tx, by, {
          at: now(),
          event: what.event,
          actor: actorOf(by),
          entity: { type: 'client', id },
          details: { ...what.details },
        });
        return made.heads;
      }),
    );
    sync.announce(heads);
    return read(by, id);
  }

  return { read, change };
}

/** @throws AppError `clients.assigned_to_other` */
export function assertMayChange(by: ManagerPrincipal, { client }: Pick<ClientFile, 'client'>): void {
  const { assignedTo } = client;
  if (assignedTo === undefined || assignedTo === by.managerId || by.isSuperAdmin) return;
  throw new AppError('clients.assigned_to_other', 'this client is another manager’s', {
    details: { assignedManagerId: assignedTo },
  });
}
