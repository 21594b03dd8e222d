/** How every part of a client's file is changed here: by whoever is signed in, upon what they see, at once on this screen. */
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import type { MutatorArgs, MutatorName } from '#shared/sync/registry.ts';
import { findClient } from './clients.repo.ts';

export interface FileChangePorts {
  readonly sync: SyncPort;
  readonly signedIn: () => StaffMember | undefined;
  /** @throws AppError `staff.read_only`: the laptop was away from its server for too long. */
  readonly requireRights: () => void;
}

export interface FileChange {
  /** The client, or why there is none. @throws AppError `clients.not_found` */
  require(id: string): Client;
  /** Who is at the device, as a change names them. */
  by(): { readonly by?: string };
  /** The same, and what they see the file's status to be: a file that was signed meanwhile is not touched unseen. */
  hand(client: Client): { readonly by?: string; readonly seenStatus: Client['status'] };
  /** One change, in a transaction of its own. `also` belongs to it. */
  make<N extends MutatorName>(clientId: string, name: N, args: MutatorArgs<N>, also?: (tx: WriteTx) => void): void;
  /** Several, in one transaction. */
  makeAll(clientId: string, run: (tx: WriteTx) => void): void;
  member(): StaffMember | undefined;
}

export function createFileChange(
  core: Pick<Core, 'db' | 'changes'>,
  { sync, signedIn, requireRights }: FileChangePorts,
): FileChange {
  const by = () => {
    const member = signedIn();
    return member === undefined ? {} : { by: member.name };
  };
  const makeAll: FileChange['makeAll'] = (clientId, run) => {
    requireRights();
    core.db.transaction((tx) => run(tx), { behavior: 'immediate' });
    core.changes.emit({ collection: 'clients', ids: [clientId] });
    sync.wake();
  };
  return {
    by,
    makeAll,
    member: signedIn,
    hand: ({ status }) => ({ ...by(), seenStatus: status }),
    require: (id) => {
      const client = findClient(core.db, id);
      if (client === undefined) throw new AppError('clients.not_found', `no client ${id}`);
      return client;
    },
    make: (clientId, name, args, also) =>
      makeAll(clientId, (tx) => {
        sync.mutate(tx, name, args);
        also?.(tx);
      }),
  };
}
