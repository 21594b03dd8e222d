/**
 * Clients of this shop's managers. Every change is shown here at once and merged with other managers' on the server.
 *
 * Composition: `createClients(core, { sync, signedIn, memberName })`.
 */

import type { Core } from '#main/core.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { ClientEdit } from '#shared/clients/clients.mutators.ts';
import { Client, type ClientCard, type ClientField, type ClientTab } from '#shared/clients/clients.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ClientConflict, LostClient } from '#shared/rpc/clients.contract.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import type { EditKey } from '#shared/sync/conflict.schema.ts';
import { refKey } from '#shared/sync/refs.ts';
import type { MutatorArgs, MutatorName } from '#shared/sync/registry.ts';
import { countTabs, findClient, listConflicts, listDisputed, listTab } from './clients.repo.ts';
import { matchesText, toConflict } from './clients.rules.ts';

export interface ClientDeps {
  readonly sync: SyncPort;
  readonly signedIn: () => StaffMember | undefined;
  /** A member's name by id. */
  readonly memberName: (id: string) => string | undefined;
}

export interface NewFile {
  readonly name: string;
  /** Null and absent fields stay empty. */
  readonly set: Omit<ClientEdit, 'name'>;
  readonly tags: readonly string[];
}

export interface ClientService {
  /** Cards of a tab, most recently changed first, that bear the text; and how many each tab has in all. */
  list(query: { readonly tab: ClientTab; readonly text: string }): {
    readonly clients: ClientCard[];
    readonly counts: Record<ClientTab, number>;
    /** Files with unsettled conflicts, whatever their tab. */
    readonly disputed: { readonly id: string; readonly name: string }[];
  };
  get(id: string): { readonly client: Client; readonly conflicts: ClientConflict[] } | null;
  create(file: NewFile): { readonly id: string };
  /** @throws AppError `clients.not_found`. */
  patch(change: Omit<MutatorArgs<'client.patch'>, 'by'>): void;
  /** @throws AppError `clients.not_found`. */
  remove(id: string): void;
  /** @throws AppError `clients.not_found`, `clients.conflict_changed`. */
  resolveConflict(choice: { readonly id: string; readonly field: ClientField; readonly choose: EditKey }): void;
  /** Files that somebody deleted while they were being changed here. */
  lost(): LostClient[];
  /** @throws AppError `clients.not_found` nothing of it is kept here. */
  restoreCopy(id: string): { readonly id: string };
  dismissLost(id: string): void;
}

/** SQLite folds the case of ASCII only, so the text is looked for here; a manager's tab is far below this. */
const SEARCHED = 5000;
const SHOWN = 200;
const DISPUTED = 20;

export function createClients(
  core: Pick<Core, 'db' | 'now' | 'newId' | 'changes'>,
  { sync, signedIn, memberName }: ClientDeps,
): ClientService {
  const { db } = core;
  const hand = () => {
    const member = signedIn();
    return member === undefined ? {} : { by: member.name };
  };
  /** Several changes, or a change and what it settles, in one transaction. */
  const change = <N extends MutatorName>(
    id: string,
    name: N,
    args: MutatorArgs<N>,
    also: () => void = () => undefined,
  ) => {
    db.transaction(
      (tx) => {
        sync.mutate(tx, name, args);
        also();
      },
      { behavior: 'immediate' },
    );
    core.changes.emit({ collection: 'clients', ids: [id] });
    sync.wake();
  };
  const newFile = (
    fields: Omit<MutatorArgs<'client.create'>['client'], 'id' | 'shopId' | 'createdAt' | 'updatedAt' | 'status'>,
  ) => {
    const now = core.now();
    const { shopId } = sync.writer();
    return { ...fields, id: core.newId(), shopId, status: 'new' as const, createdAt: now, updatedAt: now };
  };

  return {
    list: ({ tab, text }) => {
      const memberId = signedIn()?.id;
      const counts = countTabs(db, memberId);
      const disputed = listDisputed(db, DISPUTED);
      if (text.trim() === '') return { clients: listTab(db, tab, memberId, SHOWN), counts, disputed };
      const clients = listTab(db, tab, memberId, SEARCHED).filter((card) => matchesText(card, text));
      return { clients: clients.slice(0, SHOWN), counts, disputed };
    },
    get: (id) => {
      const client = findClient(db, id);
      if (client === undefined) return null;
      const seen = { deviceId: sync.writer().deviceId, memberName };
      return { client, conflicts: listConflicts(db, id).flatMap((one) => toConflict(one, seen) ?? []) };
    },
    create: ({ name, set, tags }) => {
      const given = Object.fromEntries(
        Object.entries(set).filter(([, value]) => value !== null && value !== undefined),
      );
      const client = newFile({ ...given, name, phones: [], tags: [...tags] });
      change(client.id, 'client.create', { client });
      return { id: client.id };
    },
    patch: (edit) => change(edit.id, 'client.patch', { ...edit, ...hand() }),
    remove: (id) => change(id, 'client.delete', { id }),
    resolveConflict: (choice) => change(choice.id, 'client.resolve_conflict', { ...choice, ...hand() }),
    lost: () =>
      sync.lostEdits.list('client').flatMap(({ fields, at }) => {
        const client = Client.safeParse(JSON.parse(fields));
        return client.success ? [{ id: client.data.id, name: client.data.name, at }] : [];
      }),
    restoreCopy: (id) => {
      const key = refKey({ type: 'client', id });
      const lost = sync.lostEdits.find(key);
      if (lost === undefined) throw new AppError('clients.not_found', `nothing is kept of client ${id}`);
      const client = newFile(Client.parse(JSON.parse(lost.fields)));
      change(client.id, 'client.create', { client }, () => sync.lostEdits.remove(key));
      return { id: client.id };
    },
    dismissLost: (id) => {
      sync.lostEdits.remove(refKey({ type: 'client', id }));
      core.changes.emit({ collection: 'clients', ids: [id] });
    },
  };
}
