/**
 * Passports of clients. What leaves this file for the database or the server is sealed; what leaves it for a screen is
 * masked, but for `reveal`, which writes down first who looks.
 */
import { recordAudit } from '#main/audit/audit.repo.ts';
import type { Blobs } from '#main/blobs/blobs.service.ts';
import type { Core } from '#main/core.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { passportPlace, type Sealing } from '#node/sealing.ts';
import { sniffMediaType } from '#shared/blobs/media-type.rules.ts';
import type { PassportView, RevealedPassport } from '#shared/clients/file.view.ts';
import type { PassportEdit } from '#shared/clients/passport.mutators.ts';
import {
  findAllFaults,
  maskPassportValue,
  normalizePassportValue,
  type PassportFault,
} from '#shared/clients/passport.rules.ts';
import {
  PASSPORT_FIELDS,
  type Passport,
  type PassportField,
  type PassportText,
  type PassportValues,
} from '#shared/clients/passport.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { dayIn } from '#shared/kernel/wall-time.ts';
import type { BlobView } from '#shared/rpc/blobs.contract.ts';
import type { FileChange } from './file.change.ts';
import { findPassport } from './file.repo.ts';
import type { OrganizationKeyring } from './organization-key.ts';

export interface PassportPorts {
  readonly sync: SyncPort;
  readonly change: FileChange;
  readonly keyring: Pick<OrganizationKeyring, 'find' | 'require'>;
  readonly blobs: Pick<Blobs, 'put' | 'open' | 'describe'>;
  /** Of the shop. */
  readonly timeZone: () => string;
}

export type PassportsService = ReturnType<typeof createPassports>;

export function createPassports(core: Core, { sync, change, keyring, blobs, timeZone }: PassportPorts) {
  const { db, now } = core;
  const log = core.log.child({ domain: 'clients' });
  const today = () => dayIn(timeZone(), now());

  const openAll = (sealing: Sealing, passport: Passport): PassportValues =>
    Object.fromEntries(
      PASSPORT_FIELDS.flatMap((field) => {
        const sealed = passport[field];
        return sealed === undefined ? [] : [[field, sealing.open(passportPlace(passport.id, field), sealed)]];
      }),
    );

  /** What was typed, as it is kept: an empty field is emptied. */
  const normalized = (set: PassportText): { readonly [F in PassportField]?: string | null } =>
    Object.fromEntries(
      PASSPORT_FIELDS.flatMap((field) => {
        const text = set[field];
        if (text === undefined) return [];
        const value = text === null ? '' : normalizePassportValue(field, text);
        return [[field, value === '' ? null : value]];
      }),
    );

  const merged = (before: PassportValues, set: { readonly [F in PassportField]?: string | null }): PassportValues =>
    Object.fromEntries(Object.entries({ ...before, ...set }).filter(([, value]) => value !== null));

  /** Values before and after, and what of the second is to be written. */
  const prepare = (id: string, set: PassportText) => {
    const client = change.require(id);
    const sealing = keyring.require();
    const passport = findPassport(db, id);
    const before = passport === undefined ? {} : openAll(sealing, passport);
    const wanted = normalized(set);
    const sealed = Object.fromEntries(
      Object.entries(wanted).flatMap(([name, value]) => {
        const field = name as PassportField;
        if ((before[field] ?? null) === value) return [];
        return [[field, value === null ? null : sealing.seal(passportPlace(id, field), value)]];
      }),
    ) as PassportEdit;
    return { client, sealed, after: merged(before, wanted) };
  };

  const write = ({ client, sealed }: Pick<ReturnType<typeof prepare>, 'client' | 'sealed'>): void => {
    if (Object.keys(sealed).length === 0) return;
    change.make(client.id, 'passport.patch', { id: client.id, set: sealed, ...change.hand(client) });
  };

  const photoOf = (passport: Passport | undefined): Pick<PassportView, 'photo'> => {
    const [view] = passport?.photo === undefined ? [] : blobs.describe([passport.photo]);
    return view === undefined ? {} : { photo: { id: view.id, state: view.state } };
  };

  /** The picture as a `data:` address; undefined where its bytes cannot be had now. */
  const openPhoto = async (sealing: Sealing, clientId: string, photo: string): Promise<string | undefined> => {
    const parts: Uint8Array[] = [];
    try {
      const shown = await blobs.open(photo);
      for await (const part of shown.read()) parts.push(part);
    } catch (error) {
      log.info('the photo of a passport is not at hand', { clientId, error });
      return undefined;
    }
    const bytes = Buffer.from(sealing.openBytes(passportPlace(clientId, 'photo'), Buffer.concat(parts)));
    return `data:${sniffMediaType(bytes) ?? 'application/octet-stream'};base64,${bytes.toString('base64')}`;
  };

  return {
    view: (clientId: string): PassportView => {
      const passport = findPassport(db, clientId);
      const sealing = keyring.find();
      const isEmpty = passport === undefined || PASSPORT_FIELDS.every((field) => passport[field] === undefined);
      const values = isEmpty || sealing === undefined ? {} : openAll(sealing, passport);
      return {
        masked: Object.fromEntries(
          Object.entries(values).map(([field, value]) => [field, maskPassportValue(field as PassportField, value)]),
        ),
        faults: isEmpty || sealing !== undefined ? findAllFaults(values, today()) : [],
        isLocked: !isEmpty && sealing === undefined,
        ...photoOf(passport),
        ...(passport?.purgedAt === undefined ? {} : { purgedAt: passport.purgedAt }),
      };
    },

    /** A sealed value as a screen may show it beside another. */
    mask: (clientId: string, field: PassportField, sealed: string): string => {
      const sealing = keyring.find();
      return sealing === undefined
        ? '•••'
        : maskPassportValue(field, sealing.open(passportPlace(clientId, field), sealed));
    },

    /** Keeps what was typed, right or not, and says what is wrong about the whole. */
    patch: (id: string, set: PassportText): { readonly faults: PassportFault[] } => {
      const prepared = prepare(id, set);
      write(prepared);
      return { faults: findAllFaults(prepared.after, today()) };
    },

    /** @throws AppError `clients.passport_invalid`, whose details name fields and rules and never a value. */
    save: (id: string, set: PassportText): void => {
      const prepared = prepare(id, set);
      const faults = findAllFaults(prepared.after, today());
      if (faults.length > 0) {
        const said = faults.map(({ field, rule }) => `${field}: ${rule}`).join(', ');
        throw new AppError('clients.passport_invalid', `the passport is not right: ${said}`, { details: { faults } });
      }
      write(prepared);
    },

    /** Who, when and whose is in the database, and on its way to the server, before a value is opened. */
    reveal: async (id: string): Promise<RevealedPassport> => {
      change.require(id);
      const member = change.member();
      if (member === undefined) throw new AppError('staff.not_signed_in', 'nobody is signed in at this device');
      const sealing = keyring.require();
      const { deviceId, shopId } = sync.writer();
      const at = now();
      const reveal = {
        id: core.newId(),
        clientId: id,
        shopId,
        deviceId,
        memberId: member.id,
        memberName: member.name,
        at,
      };
      change.make(id, 'passport.reveal', { reveal }, (tx) =>
        recordAudit(tx, {
          at,
          event: 'PASSPORT_REVEALED',
          entity: 'client',
          entityId: id,
          details: { memberId: member.id },
        }),
      );
      log.info('a passport was shown', { event: 'PASSPORT_REVEALED', clientId: id, memberId: member.id });
      const passport = findPassport(db, id);
      if (passport === undefined) return { values: {} };
      const photo = passport.photo === undefined ? undefined : await openPhoto(sealing, id, passport.photo);
      return { values: openAll(sealing, passport), ...(photo === undefined ? {} : { photo }) };
    },

    /** @param picture without its notes. */
    putPhoto: async (id: string, picture: Uint8Array): Promise<BlobView> => {
      change.require(id);
      const sealed = keyring.require().sealBytes(passportPlace(id, 'photo'), picture);
      const view = await blobs.put('sealed', once(sealed));
      // The file may have changed while it was written.
      const client = change.require(id);
      change.make(id, 'passport.patch', { id, set: { photo: view.id }, ...change.hand(client) });
      return view;
    },

    removePhoto: (id: string): void => {
      const client = change.require(id);
      if (findPassport(db, id)?.photo === undefined) return;
      change.make(id, 'passport.patch', { id, set: { photo: null }, ...change.hand(client) });
    },
  };
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(bytes);
}
