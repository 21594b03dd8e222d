/** Pictures of appliances and of passports, as a screen gives them. */
import { BLOB_KINDS } from '#shared/blobs/blobs.schema.ts';
import { SNIFF_BYTES, sniffMediaType } from '#shared/blobs/media-type.rules.ts';
import { CLIENT_PHOTO_TYPES, MAX_PHOTO_SIDE } from '#shared/clients/appliances.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { cleanPicture } from '#shared/photos/picture.rules.ts';
import type { BlobView } from '#shared/rpc/blobs.contract.ts';
import type { AppliancesService } from './appliances.service.ts';
import type { PassportsService } from './passports.service.ts';

export interface ClientPictures {
  /** @throws AppError `clients.not_found`, `clients.photo_too_large`, `photos.bad_picture`, `blobs.type_refused` */
  takeOfAppliance(applianceId: string, source: AsyncIterable<Uint8Array>): Promise<BlobView>;
  /** The same, kept sealed. @throws AppError also `clients.key_missing` */
  takeOfPassport(clientId: string, source: AsyncIterable<Uint8Array>): Promise<BlobView>;
}

export const createClientPictures = ({
  passports,
  appliances,
}: {
  readonly passports: Pick<PassportsService, 'putPhoto'>;
  readonly appliances: Pick<AppliancesService, 'putPhoto'>;
}): ClientPictures => ({
  takeOfAppliance: async (id, source) => appliances.putPhoto(id, await readPicture(source)),
  takeOfPassport: async (id, source) => passports.putPhoto(id, await readPicture(source)),
});

/** A picture no larger than what is kept, without its notes: where it was taken is nobody's to know. */
async function readPicture(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const { maxBytes } = BLOB_KINDS.photo;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of source) {
    length += part.length;
    if (length > maxBytes) throw new AppError('app.too_large', `a photo has at most ${maxBytes} bytes`);
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  const mediaType = sniffMediaType(bytes.subarray(0, SNIFF_BYTES));
  if (!CLIENT_PHOTO_TYPES.some((allowed) => allowed === mediaType))
    throw new AppError('blobs.type_refused', `a photo must be one of: ${CLIENT_PHOTO_TYPES.join(', ')}`);
  const picture = cleanPicture(bytes);
  if (picture === undefined) throw new AppError('photos.bad_picture', 'the picture is not whole');
  const { width, height } = picture;
  if (Math.max(width, height) > MAX_PHOTO_SIDE) {
    throw new AppError('clients.photo_too_large', `a photo has at most ${MAX_PHOTO_SIDE} pixels on its long side`, {
      details: { width, height, max: MAX_PHOTO_SIDE },
    });
  }
  return picture.bytes;
}
