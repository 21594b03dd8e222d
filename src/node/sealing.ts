/**
 * Sealing of what must never lie anywhere in clear: passports, their photos, signed contracts. AES-256-GCM whose nonce is an
 * HMAC of what is sealed and where it belongs, under a second key: equal values in one place give equal seals, so merging
 * works on them, and two values never share a nonce. Whose row and which field is authenticated: a seal that was carried
 * to another place does not open.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { PassportField } from '#shared/clients/passport.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Sealed } from '#shared/kernel/sealed.ts';

/** 32 bytes, all that a device is given. */
export type OrganizationKey = Uint8Array;

/** Where a value belongs: `place('passport', clientId, 'series')`. */
export type Place = readonly [kind: string, id: string, field: string];

/** Where a value of a client's passport belongs; `photo` is its picture. */
export const passportPlace = (clientId: string, field: PassportField | 'photo'): Place => ['passport', clientId, field];

/** Where it belongs what a manager typed into a form of a client's file and could not save. */
export const draftPlace = (clientId: string, managerId: string, form: string): Place => [
  'draft',
  clientId,
  `${managerId}/${form}`,
];

export interface Sealing {
  seal(place: Place, value: string): Sealed;
  /** @throws AppError `clients.seal_broken`: another key, another place, or changed bytes. */
  open(place: Place, sealed: Sealed): string;
  /** A file: begins with `SEALED_MAGIC`. The same bytes in the same place seal to the same file. */
  sealBytes(place: Place, bytes: Uint8Array): Uint8Array;
  /** @throws AppError `clients.seal_broken` */
  openBytes(place: Place, sealed: Uint8Array): Uint8Array;
}

const VERSION = 's1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** How a sealed file begins: told from pictures and documents by it. */
const SEALED_MAGIC = Buffer.from('PRLSEAL1', 'latin1');

/** The key of one organisation out of the server's secret `PASSPORT_KEY`. */
export const organizationKey = (secret: string, organizationId: string): OrganizationKey =>
  new Uint8Array(hkdfSync('sha256', secret, organizationId, 'prilavok organisation key v1', KEY_BYTES));

/** @param key 32 bytes. */
export function createSealing(key: OrganizationKey): Sealing {
  if (key.length !== KEY_BYTES) throw new Error(`an organisation's key has ${KEY_BYTES} bytes, not ${key.length}`);
  const cipherKey = Buffer.from(hkdfSync('sha256', key, '', 'prilavok seal v1', KEY_BYTES));
  const nonceKey = Buffer.from(hkdfSync('sha256', key, '', 'prilavok nonce v1', KEY_BYTES));

  const encrypt = (place: Place, plain: Uint8Array): Buffer => {
    const where = placeBytes(place);
    const nonce = createHmac('sha256', nonceKey).update(where).update(plain).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', cipherKey, nonce).setAAD(where);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const decrypt = (place: Place, sealed: Uint8Array): Buffer => {
    try {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', cipherKey, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(placeBytes(place))
        .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()]);
    } catch (error) {
      throw new AppError('clients.seal_broken', 'a sealed value does not open with this key in this place', {
        cause: error,
      });
    }
  };

  return {
    seal: (place, value) => `${VERSION}${encrypt(place, Buffer.from(value, 'utf8')).toString('base64url')}`,
    open: (place, sealed) => {
      const text = sealed.startsWith(VERSION) ? sealed.slice(VERSION.length) : '';
      return decrypt(place, Buffer.from(text, 'base64url')).toString('utf8');
    },
    sealBytes: (place, bytes) => Buffer.concat([SEALED_MAGIC, encrypt(place, bytes)]),
    openBytes: (place, sealed) => {
      const isOurs = SEALED_MAGIC.equals(sealed.subarray(0, SEALED_MAGIC.length));
      return decrypt(place, isOurs ? sealed.subarray(SEALED_MAGIC.length) : new Uint8Array());
    },
  };
}

/** Each part with its length before it: no two places are the same bytes. */
const placeBytes = (place: Place): Buffer =>
  Buffer.concat(
    place.map((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );
