/** Passports here: sealed before they are kept, masked until somebody asks, and whoever asks is written down. */
import { SNIFF_BYTES, sniffMediaType } from '#shared/blobs/media-type.rules.ts';
import {
  type ManagerPassport,
  PASSPORT_NAMES,
  type PassportName,
  type PassportRequest,
} from '#shared/clients/manager-passport.api.ts';
import { findFaults, normalizePassportValue } from '#shared/clients/passport.rules.ts';
import { PASSPORT_FIELDS, type PassportField, type PassportValues } from '#shared/clients/passport.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { wallTimeIn } from '#shared/kernel/wall-time.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type ManagerPrincipal, type Tenant } from '../../auth/principals.ts';
import { getOrganization } from '../../auth/users.repo.ts';
import type { BlobsService } from '../../blobs/blobs.service.ts';
import type { Db } from '../../db/db.ts';
import type { OrganizationKeys } from '../../organization-keys.ts';
import type { ClientDesk } from './client-desk.service.ts';
import type { ClientFile } from './client-file.ts';
import { passportNameOf, toPassport } from './manager.view.ts';

export interface PassportDeskPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly keys: OrganizationKeys;
  readonly desk: ClientDesk;
  readonly blobs: Pick<BlobsService, 'openFile'>;
}

export type PassportDesk = ReturnType<typeof createPassportDesk>;

export function createPassportDesk({ db, now, keys, desk, blobs }: PassportDeskPorts) {
  const placeOf = (clientId: string, field: PassportField | 'photo') => ['passport', clientId, field] as const;

  async function today(tenant: Tenant): Promise<string> {
    const { timeZone } = await getOrganization(db, tenant);
    const { year, month, day } = wallTimeIn(timeZone, now());
    return [`${year}`.padStart(4, '0'), `${month}`.padStart(2, '0'), `${day}`.padStart(2, '0')].join('-');
  }

  /** In clear, for this call alone. */
  const valuesOf = (tenant: Tenant, { client, passport }: ClientFile): PassportValues =>
    Object.fromEntries(
      PASSPORT_FIELDS.flatMap((field) => {
        const sealed = passport?.[field];
        return sealed === undefined ? [] : [[field, keys.sealingOf(tenant).open(placeOf(client.id, field), sealed)]];
      }),
    );

  /** A value of a conflict, in clear, to be masked; undefined for one that was sealed with another key. */
  function open(tenant: Tenant, id: string, field: PassportField, sealed: string): string | undefined {
    try {
      return keys.sealingOf(tenant).open(placeOf(id, field), sealed);
    } catch (error) {
      if (error instanceof AppError && error.code === 'clients.seal_broken') return undefined;
      throw error;
    }
  }

  /** What a card shows; null while there is nothing. */
  async function masked(by: Tenant, file: ClientFile): Promise<ManagerPassport | null> {
    if (file.passport === undefined) return null;
    return toPassport(valuesOf(by, file), file.passport.photo !== undefined, await today(by), 'masked');
  }

  /**
   * Step 2. Values that are checked and wrong are named by field and rule, never said again.
   *
   * @param photo what `photo_url` names; `undefined`: it stays as it is.
   * @throws AppError `clients.passport_invalid` with `issues`; what `ClientDesk.change` throws
   */
  async function put(
    by: ManagerPrincipal,
    id: string,
    ifMatch: string | undefined,
    request: PassportRequest,
    photo: string | undefined,
  ) {
    const day = await today(by);
    const { photo_url: _, ...fields } = request;
    const written = Object.entries(fields).flatMap(([name, text]) => {
      if (text === undefined) return [];
      const field = PASSPORT_NAMES[name as PassportName];
      const value = text === null || text === '' ? null : normalizePassportValue(field, text);
      return [[field, value] as const];
    });
    return desk.change(by, id, {
      part: 'passport',
      ifMatch,
      event: 'PASSPORT_SAVED',
      details: { fields: [...written.map(([field]) => field), ...(photo === undefined ? [] : ['photo'])] },
      mutations: (file) => {
        const after = { ...valuesOf(by, file), ...Object.fromEntries(written) };
        const filled = Object.entries(after).filter(([, value]) => value !== null);
        const mine = new Set<string>(written.map(([field]) => field));
        const faults = findFaults(Object.fromEntries(filled), day).filter(({ field }) => mine.has(field));
        if (faults.length > 0) {
          throw new AppError('clients.passport_invalid', 'some fields of the passport are wrong', {
            details: { issues: faults.map(({ field, rule }) => ({ path: passportNameOf(field), message: rule })) },
          });
        }
        const sealing = keys.sealingOf(by);
        const set = Object.fromEntries(
          written.map(([field, value]) => [field, value === null ? null : sealing.seal(placeOf(id, field), value)]),
        );
        const pictured = photo === undefined ? set : { ...set, photo };
        return [{ name: 'passport.patch', args: { id, set: pictured, by: by.name } }];
      },
    });
  }

  /** @param photo a sealed file; null takes it away. */
  const putPhoto = (by: ManagerPrincipal, id: string, ifMatch: string | undefined, photo: string | null) =>
    desk.change(by, id, {
      part: 'passport',
      ifMatch,
      isMade: ({ passport }) => (passport?.photo ?? null) === photo,
      event: photo === null ? 'PASSPORT_PHOTO_REMOVED' : 'PASSPORT_PHOTO_SAVED',
      mutations: () => [{ name: 'passport.patch', args: { id, set: { photo }, by: by.name } }],
    });

  async function photoUrl(tenant: Tenant, { client, passport }: ClientFile): Promise<string | null> {
    if (passport?.photo === undefined) return null;
    try {
      const opened = await blobs.openFile(tenant, passport.photo);
      const pieces: Uint8Array[] = [];
      for await (const piece of opened.read(0, opened.size)) pieces.push(piece);
      const bytes = keys.sealingOf(tenant).openBytes(placeOf(client.id, 'photo'), Buffer.concat(pieces));
      const type = sniffMediaType(bytes.subarray(0, SNIFF_BYTES)) ?? 'application/octet-stream';
      return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
    } catch (error) {
      // The row came before the picture: the rest may be read meanwhile.
      if (error instanceof AppError && error.code === 'blobs.not_found') return null;
      throw error;
    }
  }

  /**
   * The whole, in clear. Who asked is on the disk before it is shown.
   *
   * @throws AppError `clients.not_found`
   */
  async function reveal(by: ManagerPrincipal, id: string, ip: string): Promise<ManagerPassport> {
    const file = await desk.read(by, id);
    await db.transaction((tx) =>
      appendAudit(tx, by, {
        at: now(),
        event: 'PASSPORT_REVEALED',
        actor: actorOf(by),
        entity: { type: 'client', id },
        details: by.deviceId === undefined ? {} : { deviceId: by.deviceId },
        ip,
      }),
    );
    const hasPhoto = file.passport?.photo !== undefined;
    return toPassport(valuesOf(by, file), hasPhoto, await today(by), { photoUrl: await photoUrl(by, file) });
  }

  /** What is kept of a picture: nobody reads it without the key. */
  const sealPhoto = (tenant: Tenant, clientId: string, bytes: Uint8Array): Uint8Array =>
    keys.sealingOf(tenant).sealBytes(placeOf(clientId, 'photo'), bytes);

  return { masked, open, put, putPhoto, photoUrl, reveal, sealPhoto };
}
