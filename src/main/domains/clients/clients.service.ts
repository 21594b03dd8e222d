/**
 * Clients of this shop's managers. Every change is shown here at once and merged with other managers' on the server.
 *
 * Composition: `createClients(core, { sync, signedIn, requireRights, memberName, keyring, blobs, timeZone })`.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Blobs } from '#main/blobs/blobs.service.ts';
import type { Core, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { missingInAddress } from '#shared/clients/address.rules.ts';
import { ApplianceField } from '#shared/clients/appliances.schema.ts';
import type { ClientEdit } from '#shared/clients/clients.mutators.ts';
import { Client, type ClientCard, ClientField, type ClientTab } from '#shared/clients/clients.schema.ts';
import type { FileField, FileRow } from '#shared/clients/file.view.ts';
import { PassportPart } from '#shared/clients/passport.mutators.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ClientFile, LostClient } from '#shared/rpc/clients.contract.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import type { EditKey } from '#shared/sync/conflict.schema.ts';
import { refKey } from '#shared/sync/refs.ts';
import type { MutatorArgs } from '#shared/sync/registry.ts';
import { type AppliancesService, createAppliances } from './appliances.service.ts';
import { type ClientPictures, createClientPictures } from './client-pictures.service.ts';
import { amongTab, countTabs, findClient, listCards, listDisputed, listIds } from './clients.repo.ts';
import { toConflict } from './clients.rules.ts';
import { createDrafts, type DraftsService } from './drafts.service.ts';
import { createFileChange } from './file.change.ts';
import { findTariff, listAppliances, listConflicts } from './file.repo.ts';
import { createLateEdits } from './late-edits.service.ts';
import type { OrganizationKeyring } from './organization-key.ts';
import { createPassports, type PassportsService } from './passports.service.ts';
import { createFinding, createListing, prepareRoster, remakeRoster } from './roster.repo.ts';

export interface ClientDeps {
  readonly sync: SyncPort;
  readonly signedIn: () => StaffMember | undefined;
  /** @throws AppError `staff.read_only`: the laptop was away from its server for too long. */
  readonly requireRights: () => void;
  /** A member's name by id. */
  readonly memberName: (id: string) => string | undefined;
  readonly keyring: Pick<OrganizationKeyring, 'find' | 'require'>;
  readonly blobs: Pick<Blobs, 'put' | 'open' | 'describe'>;
  /** Of the shop. */
  readonly timeZone: () => string;
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
  get(id: string): ClientFile | null;
  create(file: NewFile): { readonly id: string };
  /** @throws AppError `clients.not_found`. */
  patch(change: Omit<MutatorArgs<'client.patch'>, 'by' | 'seenStatus'>): void;
  /** Step 1. @throws AppError `clients.not_found`, `clients.address_incomplete`. */
  saveProfile(id: string, set: Omit<ClientEdit, 'assignedTo' | 'tariffId'>): void;
  /** @throws AppError `clients.not_found`. */
  remove(id: string): void;
  /** @throws AppError `clients.not_found`, `clients.conflict_changed`. */
  resolveConflict(choice: {
    readonly row: FileRow;
    readonly id: string;
    readonly field: FileField;
    readonly choose: EditKey;
  }): void;
  /** Files that somebody deleted while they were being changed here. */
  lost(): LostClient[];
  /** @throws AppError `clients.not_found` nothing of it is kept here. */
  restoreCopy(id: string): { readonly id: string };
  dismissLost(id: string): void;
  /** Makes changes that came too late anew. @throws AppError `clients.not_found`. */
  redoLate(id: string): void;
  dismissLate(id: string): void;
  readonly passports: PassportsService;
  readonly appliances: AppliancesService;
  readonly pictures: ClientPictures;
  readonly drafts: DraftsService;
  /** Keeps what clients are found by up with what is written. */
  readonly listing: Loop;
  /** Rows were taken from this device: nothing of them stays in the index. */
  listAnew(): void;
}

const SHOWN = 200;
const DISPUTED = 20;
/** Rows listed while everything else waits: a few milliseconds. */
const ROWS_A_TURN = 50;
/** Rows listed for the sake of a list that is asked for now. */
const ROWS_AT_ONCE = 100;
/** Changes come by themselves; this is for a wake that was lost. */
const LISTING_MS = 60_000;

export function createClients(core: Core, deps: ClientDeps): ClientService {
  const { db } = core;
  const { sync, signedIn, memberName } = deps;
  const log = core.log.child({ domain: 'clients' });
  if (prepareRoster(db)) log.info('the roster of clients is built anew');
  const list = createListing(db);
  const find = createFinding(db);
  const listing = createLoop({
    name: 'clients-listing',
    intervalMs: LISTING_MS,
    log,
    run: async () => {
      let rows = 0;
      for (let found = list(ROWS_A_TURN); found > 0; found = list(ROWS_A_TURN)) {
        rows += found;
        await breathe();
      }
      // Lists that were searched meanwhile lack some of them.
      if (rows > ROWS_AT_ONCE) core.changes.emit({ collection: 'clients', ids: [] });
    },
  });
  /** Counting 100,000 files takes longer than finding among them; between two changes it comes to the same. */
  let counted: { readonly of: string | undefined; readonly counts: Record<ClientTab, number> } | undefined;
  const counts = (): Record<ClientTab, number> => {
    const of = signedIn()?.id;
    if (counted === undefined || counted.of !== of) counted = { of, counts: countTabs(db, of) };
    return counted.counts;
  };
  core.changes.subscribe(({ collection }) => {
    if (collection !== 'clients') return;
    counted = undefined;
    listing.wake();
  });

  const change = createFileChange(core, deps);
  const passports = createPassports(core, { ...deps, change });
  const appliances = createAppliances(core, { ...deps, change });
  const late = createLateEdits(core, { sync, change, mask: passports.mask });
  const newFile = (
    fields: Omit<MutatorArgs<'client.create'>['client'], 'id' | 'shopId' | 'createdAt' | 'updatedAt' | 'status'>,
  ) => {
    const now = core.now();
    const { shopId } = sync.writer();
    return { ...fields, id: core.newId(), shopId, status: 'new' as const, createdAt: now, updatedAt: now };
  };
  const idsOf = (tab: ClientTab, text: string): string[] => {
    const among = amongTab(tab, signedIn()?.id);
    if (among === undefined) return [];
    if (text.trim() === '') return listIds(db, among, SHOWN);
    // A small change is found by the very next search, without waiting for its turn.
    list(ROWS_AT_ONCE);
    return find(text, among, SHOWN);
  };

  return {
    passports,
    appliances,
    pictures: createClientPictures({ passports, appliances }),
    drafts: createDrafts(core, { change, keyring: deps.keyring }),
    listing,
    listAnew: () => {
      remakeRoster(db);
      listing.wake();
    },
    list: ({ tab, text }) => ({
      clients: listCards(db, idsOf(tab, text)),
      counts: counts(),
      disputed: listDisputed(db, DISPUTED),
    }),
    get: (id) => {
      const client = findClient(db, id);
      if (client === undefined) return null;
      const eyes = {
        deviceId: sync.writer().deviceId,
        memberName,
        tariffName: (tariffId: string) => findTariff(db, tariffId)?.name,
        mask: passports.mask,
      };
      const rows = [id, ...listAppliances(db, id).map((one) => one.id)];
      const tariff = appliances.tariffOf(id, client.tariffId);
      return {
        client,
        conflicts: listConflicts(db, rows).flatMap((one) => toConflict(one, eyes) ?? []),
        appliances: appliances.list(id),
        passport: passports.view(id),
        ...(tariff === undefined ? {} : { tariff }),
        late: late.list(id),
      };
    },
    create: ({ name, set, tags }) => {
      const given = Object.fromEntries(
        Object.entries(set).filter(([, value]) => value !== null && value !== undefined),
      );
      const client = newFile({ ...given, name, phones: [], tags: [...tags] });
      change.make(client.id, 'client.create', { client });
      return { id: client.id };
    },
    patch: (edit) => {
      const hand = change.hand(change.require(edit.id));
      change.make(edit.id, 'client.patch', { ...edit, ...hand });
    },
    saveProfile: (id, set) => {
      const client = change.require(id);
      const address = set.registrationAddress ?? undefined;
      const missing = address === undefined ? [] : missingInAddress(address);
      if (missing.length > 0) {
        throw new AppError('clients.address_incomplete', `the address lacks: ${missing.join(', ')}`, {
          details: { missing },
        });
      }
      const member = signedIn();
      change.makeAll(id, (tx) => {
        if (Object.keys(set).length > 0) sync.mutate(tx, 'client.patch', { id, set, ...change.hand(client) });
        if (member !== undefined && (client.status === 'new' || client.assignedTo === undefined))
          sync.mutate(tx, 'client.take', { id, memberId: member.id, by: member.name });
      });
    },
    remove: (id) => {
      const known = listAppliances(db, id).map((one) => one.id);
      change.make(id, 'client.delete', { id, ...(known.length === 0 ? {} : { appliances: known }) });
    },
    resolveConflict: ({ row, id, field, choose }) => {
      const choice = { id, choose, ...change.by() };
      // The schema of the row's own fields refuses one of another row.
      if (row === 'client') {
        change.make(id, 'client.resolve_conflict', { ...choice, field: ClientField.parse(field) });
      } else if (row === 'passport') {
        change.make(id, 'passport.resolve_conflict', { ...choice, field: PassportPart.parse(field) });
      } else {
        change.make(id, 'appliance.resolve_conflict', { ...choice, field: ApplianceField.parse(field) });
      }
    },
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
      change.make(client.id, 'client.create', { client }, () => sync.lostEdits.remove(key));
      return { id: client.id };
    },
    dismissLost: (id) => {
      sync.lostEdits.remove(refKey({ type: 'client', id }));
      core.changes.emit({ collection: 'clients', ids: [id] });
    },
    redoLate: (id) => late.redo(change.require(id)),
    dismissLate: (id) => late.dismiss(id),
  };
}
