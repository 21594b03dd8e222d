/**
 * Secrets in the system's own store: DPAPI on Windows, the keychain on macOS, the secret service on Linux. Where there is
 * none, Linux answers `basic_text`, a password known to everybody: then the file secrets do better, and the log says so.
 * An environment variable wins over both, as in the plain-Node shell.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SafeStorage } from 'electron';
import { z } from 'zod';
import type { Logger, Secrets } from '#main/core.ts';
import { syncFolder } from '#main/db/db-files.ts';
import { secretVariable } from '#main/secrets/file-secrets.ts';
import { AppError } from '#shared/kernel/errors.ts';

export type AsyncSafeStorage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export interface SafeSecretsOptions {
  readonly safeStorage: AsyncSafeStorage;
  readonly platform: NodeJS.Platform;
  /** Folder of the device's data; `secrets.safe.json` lives there. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What keeps secrets where the system cannot. */
  readonly fallback: Secrets;
  readonly log: Logger;
}

const Kept = z.strictObject({ version: z.literal(1), secrets: z.record(z.string(), z.base64()) });
type Kept = z.infer<typeof Kept>;

/**
 * Call after `ready`: before it, Electron does not know its store. A secret that an earlier run put into the fallback is
 * moved over when it is first read.
 *
 * @throws AppError `app.unavailable` from every read while the store that sealed our file is locked or gone. It is not an
 * empty store: a new key made in its place would leave what the old one encrypted unreadable for good.
 */
export async function createElectronSecrets(options: SafeSecretsOptions): Promise<Secrets> {
  const { safeStorage, fallback, log, env } = options;
  const file = join(options.folder, 'secrets.safe.json');
  const backend = options.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : options.platform;
  const sealable = backend !== 'basic_text' && (await safeStorage.isAsyncEncryptionAvailable());

  if (!sealable) {
    log.warn('no system secret store: secrets are kept in a key file', { backend });
    return {
      ...fallback,
      get: async (name) => {
        const value = await fallback.get(name);
        if (value === undefined && Object.hasOwn(readKept(file).secrets, name)) throw locked(name, backend);
        return value;
      },
    };
  }

  // One change at a time: two that read the same file would lose one of their values.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };
  const put = async (name: string, value: string): Promise<void> => {
    const sealed = (await safeStorage.encryptStringAsync(value)).toString('base64');
    writeKept(file, { ...readKept(file).secrets, [name]: sealed });
  };
  const open = async (name: string, sealed: string): Promise<string> => {
    try {
      const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(sealed, 'base64'));
      if (shouldReEncrypt) await put(name, result);
      return result;
    } catch (error) {
      throw locked(name, backend, error);
    }
  };

  return {
    get: (name) =>
      inTurn(async () => {
        const fromEnvironment = env[secretVariable(name)];
        if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
        const kept = readKept(file).secrets;
        if (Object.hasOwn(kept, name)) return open(name, kept[name] ?? '');
        const earlier = await fallback.get(name);
        if (earlier === undefined) return undefined;
        await put(name, earlier);
        await fallback.remove(name);
        return earlier;
      }),
    set: (name, value) =>
      inTurn(async () => {
        await put(name, value);
        await fallback.remove(name);
      }),
    remove: (name) =>
      inTurn(async () => {
        const { [name]: removed, ...rest } = readKept(file).secrets;
        if (removed !== undefined) writeKept(file, rest);
        await fallback.remove(name);
      }),
  };
}

function readKept(file: string): Kept {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { version: 1, secrets: {} };
    throw error;
  }
  try {
    return Kept.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('app.internal', `${file} is not a file of secrets`, { cause: error, details: { file } });
  }
}

/** Whole or not at all: a power cut between the two steps leaves the old file. */
function writeKept(file: string, secrets: Kept['secrets']): void {
  const next = `${file}.next`;
  const descriptor = openSync(next, 'w', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify({ version: 1, secrets } satisfies Kept, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(next, file);
  syncFolder(dirname(file));
}

const locked = (name: string, backend: string, cause?: unknown): AppError =>
  new AppError('app.unavailable', `the system secret store (${backend}) does not give up ${name}`, {
    cause,
    details: { name, backend },
  });
