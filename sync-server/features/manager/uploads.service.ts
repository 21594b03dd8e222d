/** Pictures from a manager's page: leave to send one, its bytes, and what came of them. */
import { randomUUID } from 'node:crypto';
import { BLOB_KINDS, type MediaType } from '#shared/blobs/blobs.schema.ts';
import { assertSize, SNIFF_BYTES, sniffMediaType } from '#shared/blobs/media-type.rules.ts';
import { MAX_PHOTO_SIDE } from '#shared/clients/appliances.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { RandomBytes } from '#shared/kernel/ids.ts';
import { cleanPicture } from '#shared/photos/picture.rules.ts';
import type { ManagerPrincipal } from '../../auth/principals.ts';
import { newSecret, sha256 } from '../../auth/secrets.ts';
import type { BlobsService } from '../../blobs/blobs.service.ts';
import { keepBlob } from '../../blobs/keep-blob.ts';
import type { Db } from '../../db/db.ts';
import { noDevice } from './appliances.service.ts';
import { assertMayChange, type ClientDesk } from './client-desk.service.ts';
import { findUpload, findUploadByKey, insertUpload, noteUploaded } from './manager.repo.ts';
import type { PassportDesk } from './passport.service.ts';

export interface UploadsPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly random: RandomBytes;
  readonly desk: ClientDesk;
  readonly passports: Pick<PassportDesk, 'photoUrl' | 'sealPhoto'>;
  readonly blobs: Pick<BlobsService, 'receive' | 'state'>;
}

/** M-37. */
const LEAVE_MS = 600_000;
/** What `upload-url` gives, with or without its host. */
const ADDRESS = /^(?:https?:\/\/[^/]+)?\/api\/manager\/uploads\/([^/?#]+)$/;
const PHOTO_ALLOWED =
  'must be the file_key or the url of an upload for this passport, or the photo it has: its id, or its address as a reveal shows it';
export const MAX_UPLOAD_BYTES = BLOB_KINDS.photo.maxBytes;

export type Uploads = ReturnType<typeof createUploads>;

export function createUploads({ db, now, random, desk, passports, blobs }: UploadsPorts) {
  const folderOf = (clientId: string, applianceId: string | null): string =>
    `clients/${clientId}/${applianceId === null ? 'passport' : `devices/${applianceId}`}/`;

  /**
   * The file that came under a key.
   *
   * @throws AppError `clients.not_found`; `clients.foreign_file` a key of another client or thing; `clients.file_not_uploaded`
   */
  async function fileOf(by: ManagerPrincipal, clientId: string, applianceId: string | null, fileKey: string) {
    await desk.read(by, clientId);
    if (!fileKey.startsWith(folderOf(clientId, applianceId))) {
      throw new AppError('clients.foreign_file', 'this file was not uploaded for this');
    }
    const blobId = (await findUploadByKey(db, by, fileKey))?.blobId ?? undefined;
    if (blobId === undefined) throw new AppError('clients.file_not_uploaded', 'nothing has come under this key');
    return blobId;
  }

  return {
    /**
     * @param applianceId null: of the passport.
     * @throws AppError `clients.not_found`, `clients.assigned_to_other`
     */
    allow: async (by: ManagerPrincipal, clientId: string, applianceId: string | null, contentType: MediaType) => {
      const file = await desk.read(by, clientId);
      assertMayChange(by, file);
      if (applianceId !== null && !file.appliances.some(({ id }) => id === applianceId)) throw noDevice();
      const token = newSecret(random);
      const fileKey = `${folderOf(clientId, applianceId)}${randomUUID()}`;
      await insertUpload(db, {
        fileKey,
        organizationId: by.organizationId,
        clientId,
        applianceId,
        tokenHash: sha256(token),
        contentType,
        expiresAt: now() + LEAVE_MS,
        blobId: null,
      });
      return { token, fileKey };
    },

    /**
     * The bytes. What they say of where and with what they were taken is left out; those of a passport are sealed. The same
     * ones again are the same file.
     *
     * @throws AppError `blobs.link_invalid`, `blobs.link_expired`; `blobs.type_refused` other bytes than were announced;
     * `app.too_large`, `clients.photo_too_large`; `app.conflict` something else came already
     */
    take: async (token: string, body: Uint8Array): Promise<void> => {
      const upload = await findUpload(db, sha256(token));
      if (upload === undefined) throw new AppError('blobs.link_invalid', 'this address was not given out here');
      if (upload.expiresAt <= now()) throw new AppError('blobs.link_expired', 'the ten minutes are over');
      assertSize('photo', body.length);
      if (sniffMediaType(body.subarray(0, SNIFF_BYTES)) !== upload.contentType) {
        throw new AppError('blobs.type_refused', `the picture is no ${upload.contentType}`);
      }
      const picture = cleanPicture(body);
      if (picture === undefined) throw new AppError('blobs.type_refused', 'this is no whole picture');
      if (Math.max(picture.width, picture.height) > MAX_PHOTO_SIDE) {
        throw new AppError('clients.photo_too_large', `the long side of a photo is at most ${MAX_PHOTO_SIDE} pixels`);
      }
      const isSealed = upload.applianceId === null;
      const kept = isSealed ? passports.sealPhoto(upload, upload.clientId, picture.bytes) : picture.bytes;
      const blobId = await keepBlob(blobs, upload, isSealed ? 'sealed' : 'photo', kept);
      if (upload.blobId !== null && upload.blobId !== blobId) {
        throw new AppError('app.conflict', 'another picture came by this address');
      }
      await noteUploaded(db, upload.fileKey, blobId);
    },

    fileOf,

    /**
     * The photo that `photo_url` of a passport names: by the key or the address under which it was sent, by its id, or as a
     * reveal shows it. Nothing said: `undefined`, it stays as it is.
     *
     * @throws AppError `app.bad_input` none of these; `clients.not_found`, `clients.file_not_uploaded`
     */
    passportPhotoOf: async (by: ManagerPrincipal, clientId: string, named: string | null | undefined) => {
      if (named === undefined || named === null || named === '') return undefined;
      const file = await desk.read(by, clientId);
      const { photo } = file.passport ?? {};
      const isShown = async () => named.startsWith('data:') && named === (await passports.photoUrl(by, file));
      if (photo !== undefined && (named === photo || (await isShown()))) return photo;
      const [, token] = ADDRESS.exec(named) ?? [];
      const sent = token === undefined ? undefined : await findUpload(db, sha256(token));
      const fileKey = sent?.organizationId === by.organizationId ? sent.fileKey : named;
      if (fileKey.startsWith(folderOf(clientId, null))) return fileOf(by, clientId, null, fileKey);
      throw new AppError('app.bad_input', 'the photo of the passport is not known', {
        details: { issues: [{ path: 'photo_url', message: PHOTO_ALLOWED }] },
      });
    },
  };
}
