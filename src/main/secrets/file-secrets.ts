/**
 * Secrets where the system offers no store of its own: one file sealed with AES-256-GCM, its key in a file that only
 * the owner may read. It keeps a copied database or a backup from carrying the token; whoever reads both files as the
 * owner reads the secrets. An environment variable `PRILAVOK_SECRET_<NAME>` wins over the file.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import type { Secrets } from '../core.ts';
import { syncFolder } from '../db/db-files.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const SECRET_NAME = /^[a-z][a-zA-Z0-9.-]*$/;

const Sealed = z.strictObject({ version: z.literal(1), secrets: z.record(z.string(), z.string()) });

export interface FileSecretsOptions {
  /** Folder of the device's data; `secrets.json` and `secrets.key` live there. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** `device.token` → `PRILAVOK_SECRET_DEVICE_TOKEN`. */
export const secretVariable = (name: string): string =>
  `PRILAVOK_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/** Reading throws `app.internal` on a file that was tampered with or has lost its key: a broken file is not an empty one. */
export function createFileSecrets(options: FileSecretsOptions): Secrets {
  const file = join(options.folder, 'secrets.json');
  const keyFile = join(options.folder, 'secrets.key');

  const change = (edit: (secrets: Record<string, string>) => void) => {
    const secrets = readSealed(file);
    edit(secrets);
    writeWhole(file, `${JSON.stringify({ version: 1, secrets }, null, 2)}\n`);
  };
  const readKey = (): Buffer => {
    const key = readIfThere(keyFile);
    if (key === undefined) throw broken(file, `its key file ${keyFile} is missing`);
    if (key.length !== KEY_BYTES) throw broken(file, `its key file ${keyFile} is damaged`);
    return key;
  };
  const keyForWriting = (): Buffer => {
    if (readIfThere(keyFile) === undefined && Object.keys(readSealed(file)).length === 0) {
      writeWhole(keyFile, options.randomBytes(KEY_BYTES));
    }
    return readKey();
  };

  return {
    get: async (name) => {
      const fromEnvironment = options.env[secretVariable(name)];
      if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
      const sealed = readSealed(file)[name];
      return sealed === undefined ? undefined : unseal(file, readKey(), name, sealed);
    },
    set: async (name, value) => {
      if (!SECRET_NAME.test(name)) throw new Error(`${name} is no name for a secret`);
      const sealed = seal(keyForWriting(), name, value, options.randomBytes(NONCE_BYTES));
      change((secrets) => {
        secrets[name] = sealed;
      });
    },
    remove: async (name) => {
      if (readSealed(file)[name] !== undefined) change((secrets) => delete secrets[name]);
    },
  };
}

/** The name is authenticated with the value, so that one secret cannot be moved to the place of another. */
function seal(key: Buffer, name: string, value: string, nonce: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

function unseal(file: string, key: Buffer, name: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name)).setAuthTag(tag);
    return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (error) {
    throw broken(file, `${name} does not open with the key beside it`, error);
  }
}

function readSealed(file: string): Record<string, string> {
  const bytes = readIfThere(file);
  if (bytes === undefined) return Object.create(null) as Record<string, string>;
  try {
    return Object.assign(Object.create(null), Sealed.parse(JSON.parse(bytes.toString('utf8'))).secrets);
  } catch (error) {
    throw broken(file, 'it is not a file of secrets', error);
  }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function writeWhole(file: string, content: string | Uint8Array): void {
  const next = `${file}.next`;
  const descriptor = openSync(next, 'w', 0o600);
  try {
    const bytes = Buffer.from(content as string);
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  chmodSync(next, 0o600);
  renameSync(next, file);
  syncFolder(dirname(file));
}

const broken = (file: string, reason: string, cause?: unknown): AppError =>
  new AppError('app.internal', `the secrets in ${file} cannot be read: ${reason}`, { cause, details: { file } });
