/** Clients for managers: the list by tabs, the card, and what is written into the file itself. */
import { missingInAddress } from '#shared/clients/address.rules.ts';
import type { ClientEdit } from '#shared/clients/clients.mutators.ts';
import type { ClientStatus } from '#shared/clients/clients.schema.ts';
import { conflictRefs } from '#shared/clients/file.mutator.ts';
import type {
  ManagerClient,
  ManagerClientCard,
  ManagerClientsQuery,
  ManagerProfile,
  NewManagerClient,
} from '#shared/clients/manager.api.ts';
import type { ManagerConflict } from '#shared/clients/manager-conflicts.api.ts';
import type { PassportField } from '#shared/clients/passport.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { FieldConflict } from '#shared/sync/conflict.schema.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type ManagerPrincipal } from '../../auth/principals.ts';
import type { BlobsService } from '../../blobs/blobs.service.ts';
import type { Db, Tx } from '../../db/db.ts';
import { runOwnMutations } from '../../sync/own-mutations.ts';
import { withRetry } from '../../sync/retry.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import { pageOf, readCursor } from '../hq/hq.rules.ts';
import { listUsersOf } from '../support/support.repo.ts';
import type { SupportService } from '../support/support.service.ts';
import type { ClientDesk } from './client-desk.service.ts';
import type { ClientFile } from './client-file.ts';
import { toConflict } from './conflicts.view.ts';
import {
  countClients,
  findOtherWithPhone,
  listClients,
  listConflicts,
  listManagers,
  listTariffs,
} from './manager.repo.ts';
import { phoneIn, toCard, toClient } from './manager.view.ts';
import type { PassportDesk } from './passport.service.ts';

const TABS: Readonly<Record<Exclude<ManagerClientsQuery['tab'], 'mine'>, readonly ClientStatus[]>> = {
  new: ['new'],
  in_work: ['in_verification', 'awaiting_contract', 'awaiting_payment'],
  processed: ['processed'],
};

export interface ManagerClientsPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly sync: Pick<SyncService, 'announce'>;
  readonly desk: ClientDesk;
  readonly passports: Pick<PassportDesk, 'masked' | 'open'>;
  readonly blobs: Pick<BlobsService, 'linksOf'>;
  readonly support: Pick<SupportService, 'openTicketsOf'>;
}

export type ManagerClients = ReturnType<typeof createManagerClients>;

export function createManagerClients({ db, now, sync, desk, passports, blobs, support }: ManagerClientsPorts) {
  /** @throws AppError `app.bad_input` for a cursor that is none of ours */
  async function list(
    by: ManagerPrincipal,
    { tab, q, cursor, limit }: ManagerClientsQuery,
  ): Promise<{ readonly cards: readonly ManagerClientCard[]; readonly total: number; readonly next?: string }> {
    const chosen = {
      statuses: tab === 'mine' ? undefined : TABS[tab],
      assignedTo: tab === 'mine' ? by.managerId : undefined,
      q,
    };
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const [found, total] = await Promise.all([
      listClients(db, by, { ...chosen, after, limit: limit + 1 }),
      countClients(db, by, chosen),
    ]);
    const { page, next } = pageOf(found, limit, ({ client }) => ({ at: client.updatedAt, id: client.id }));
    const ids = page.map(({ client }) => client.id);
    const [users, tickets] = await Promise.all([listUsersOf(db, by, ids), support.openTicketsOf(by, ids)]);
    const userOf = new Map(users.map(({ id, clientId }) => [clientId, id]));
    const cards = page.map((one) =>
      toCard(one, { userId: userOf.get(one.client.id), ticketId: tickets.get(one.client.id) }),
    );
    return { cards, total, ...next };
  }

  /** There are seldom any: what they name is asked for only then. */
  async function conflictsOf(by: ManagerPrincipal, disputed: readonly FieldConflict[]): Promise<ManagerConflict[]> {
    if (disputed.length === 0) return [];
    const [managers, tariffs] = await Promise.all([listManagers(db, by), listTariffs(db, by)]);
    const eyes = {
      managerName: (id: string) => managers.find((one) => one.id === id)?.name,
      tariffName: (id: string) => tariffs.find((one) => one.id === id)?.name,
      open: (id: string, field: PassportField, sealed: string) => passports.open(by, id, field, sealed),
    };
    return disputed.flatMap((one) => toConflict(one, eyes));
  }

  async function view(by: ManagerPrincipal, file: ClientFile): Promise<ManagerClient> {
    const { id, tariffId } = file.client;
    const refs = [
      ...conflictRefs('client', id),
      ...conflictRefs('passport', id),
      ...file.appliances.flatMap((appliance) => conflictRefs('appliance', appliance.id)),
    ];
    const photos = file.appliances.flatMap((appliance) => appliance.photos);
    const [links, [user], tickets, passport, tariffs, disputed] = await Promise.all([
      blobs.linksOf(by, photos),
      listUsersOf(db, by, [id]),
      support.openTicketsOf(by, [id]),
      passports.masked(by, file),
      tariffId === undefined ? [] : listTariffs(db, by),
      listConflicts(db, by, refs),
    ]);
    const conflicts = await conflictsOf(by, disputed);
    const tariff = tariffs.find((one) => one.id === tariffId);
    return toClient(file, {
      links,
      userId: user?.id,
      ticketId: tickets.get(id),
      passport,
      tariff,
      conflicts,
      now: now(),
    });
  }

  /** @throws AppError `clients.not_found` */
  const detail = async (by: ManagerPrincipal, id: string): Promise<ManagerClient> => view(by, await desk.read(by, id));

  /** @throws AppError `clients.phone_taken` */
  async function assertFree(tx: Tx, by: ManagerPrincipal, phone: string | undefined, id: string): Promise<void> {
    if (phone !== undefined && (await findOtherWithPhone(tx, by, phone, id)) !== undefined) {
      throw new AppError('clients.phone_taken', 'another client has this phone');
    }
  }

  /** The same id again is the same client. @throws AppError `clients.phone_taken`, `clients.address_incomplete` */
  async function create(by: ManagerPrincipal, wanted: NewManagerClient): Promise<ManagerClient> {
    const { id, name, email, address } = wanted;
    const [shopId] = by.shopIds;
    if (shopId === undefined) throw new AppError('app.conflict', 'there is no shop that serves clients');
    assertAddress(address);
    const at = now();
    const phone = phoneIn(wanted.phone);
    const client = {
      id,
      shopId,
      name,
      phone,
      ...(email === undefined ? {} : { email }),
      ...(address === undefined ? {} : { registrationAddress: address }),
      phones: [],
      tags: [],
      status: 'new' as const,
      createdAt: at,
      updatedAt: at,
    };
    const { organizationId } = by;
    const heads = await withRetry(() =>
      db.transaction(async (tx) => {
        await assertFree(tx, by, phone, id);
        const made = await runOwnMutations(tx, { organizationId, shopId, now: at }, [
          { name: 'client.create', args: { client } },
        ]);
        const entity = { type: 'client', id };
        await appendAudit(tx, by, { at, event: 'CLIENT_CREATED', actor: actorOf(by), entity });
        return made.heads;
      }),
    );
    sync.announce(heads);
    return detail(by, id);
  }

  /** Step 1. @throws AppError what `ClientDesk.change` throws; `clients.phone_taken`, `clients.address_incomplete` */
  async function patchProfile(
    by: ManagerPrincipal,
    id: string,
    ifMatch: string | undefined,
    profile: ManagerProfile,
  ): Promise<ManagerClient> {
    assertAddress(profile.address ?? undefined);
    const { address, phone, ...rest } = profile;
    const set: ClientEdit = {
      ...rest,
      ...(phone === undefined ? {} : { phone: phoneIn(phone) }),
      ...(address === undefined ? {} : { registrationAddress: address }),
    };
    const file = await desk.change(by, id, {
      part: 'client',
      ifMatch,
      yours: profile,
      event: 'CLIENT_PROFILE_SAVED',
      details: { fields: Object.keys(set) },
      mutations: async (_file, tx) => {
        await assertFree(tx, by, set.phone ?? undefined, id);
        return [{ name: 'client.patch', args: { id, set, by: by.name } }];
      },
    });
    return view(by, file);
  }

  /**
   * Gives a client to another manager: one's own, nobody's, or, for a super admin, anybody's.
   *
   * @throws AppError `app.not_found` no such manager; what `ClientDesk.change` throws
   */
  async function assign(by: ManagerPrincipal, id: string, managerId: string | null): Promise<ManagerClient> {
    if (managerId !== null && !(await listManagers(db, by)).some((one) => one.id === managerId)) {
      throw new AppError('app.not_found', 'there is no such manager');
    }
    const file = await desk.change(by, id, {
      part: 'client',
      event: 'CLIENT_ASSIGNED',
      details: { managerId },
      mutations: () => [{ name: 'client.patch', args: { id, set: { assignedTo: managerId }, by: by.name } }],
    });
    return view(by, file);
  }

  return { list, detail, view, create, patchProfile, assign, managers: (by: ManagerPrincipal) => listManagers(db, by) };
}

/** @throws AppError `clients.address_incomplete` */
function assertAddress(address: string | undefined): void {
  const missing = address === undefined ? [] : missingInAddress(address);
  if (missing.length > 0) {
    throw new AppError('clients.address_incomplete', 'the address does not say where: it has no city or no street', {
      details: { missing, issues: [{ path: 'address', message: 'must name a city and a street' }] },
    });
  }
}
