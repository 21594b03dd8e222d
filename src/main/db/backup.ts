/**
 * A copy of a device's data that can be trusted: taken while the device works, opened and checked, and under its name only
 * when it is whole. It holds guests until their time; secrets are not in it, a restored device proves itself anew.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { doubtWaiting } from '#main/domains/fiscal/fiscal.copy.ts';
import { receiptsToCome } from '#main/domains/payments/payments.copy.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { fileStamp, syncFile, syncFolder } from './db-files.ts';
import { APPLICATION_ID } from './db-migrate.ts';

const DATABASE = 'device.db';
const MANIFEST = 'manifest.json';
const PREFIX = 'prilavok-';
/** Folders of files that never change once they have their name. */
const FILE_FOLDERS = ['blobs', 'reports'] as const;
/** All pages in one step: a copy that is made in pieces begins anew at each write of the device. */
const ALL_PAGES = 0x7fff_ffff;

const Manifest = z.object({
  /** Unix ms. */
  madeAt: z.int(),
  schema: z.int(),
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof Manifest>;

export interface BackupOptions {
  /** The data folder of a device, at work or stopped. */
  readonly dataDir: string;
  /** The copy becomes a folder in it. */
  readonly target: string;
  /** Unix ms. */
  readonly now: number;
  /** How many copies stay in the target, the new one included; all when not said. */
  readonly keep?: number;
}

export interface Backup extends Manifest {
  readonly folder: string;
}

/**
 * Throws `db.unreadable` when there is no data to copy, or when the copy does not pass its check; then nothing is left
 * behind. The files of the device, its write-ahead log among them, stay as they are.
 */
export async function backUpDevice({ dataDir, target, now, keep }: BackupOptions): Promise<Backup> {
  const source = join(dataDir, DATABASE);
  if (!existsSync(source)) throw new AppError('db.unreadable', `${source} is not there: is this the data folder?`);
  const folder = join(target, `${PREFIX}${fileStamp(now)}`);
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true, mode: 0o700 });
  try {
    const copy = join(part, DATABASE);
    await copyDatabase(source, copy);
    const schema = checkDatabase(copy);
    change(copy, (client) => doubtWaiting(client, now, receiptsToCome(client)));
    for (const name of FILE_FOLDERS) copyFiles(join(dataDir, name), join(part, name));
    const manifest: Manifest = { madeAt: now, schema, files: await listFiles(part) };
    writeFileSync(join(part, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    syncFile(join(part, MANIFEST));
    renameSync(part, folder);
    syncFolder(target);
    if (keep !== undefined) prune(target, keep, now);
    return { folder, ...manifest };
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/** Throws `db.unreadable` with what is wrong: a file that is missing or another, a database that does not pass its check. */
export async function verifyBackup(folder: string): Promise<Manifest> {
  const manifest = readManifest(folder);
  const found = new Map((await listFiles(folder)).map((file) => [file.path, file]));
  for (const { path, sha256 } of manifest.files) {
    const file = found.get(path);
    if (file === undefined) throw new AppError('db.unreadable', `${join(folder, path)} is missing`);
    if (file.sha256 !== sha256) throw new AppError('db.unreadable', `${join(folder, path)} is not what was copied`);
  }
  checkDatabase(join(folder, DATABASE));
  return manifest;
}

/** When the copy of a folder name was made, Unix ms; `undefined` when it is none, or not whole. */
export function backupTime(name: string): number | undefined {
  const [, day, hour, minute, second, ms] =
    /^prilavok-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})-(\d{3})Z$/.exec(name) ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`);
}

function readManifest(folder: string): Manifest {
  try {
    return Manifest.parse(JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')));
  } catch (error) {
    throw new AppError('db.unreadable', `${folder} holds no whole backup: ${MANIFEST} cannot be read`, {
      cause: error,
    });
  }
}

async function copyDatabase(source: string, copy: string): Promise<void> {
  const client = new Database(source, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    await client.backup(copy, { progress: () => ALL_PAGES });
  } finally {
    client.close();
  }
  chmodSync(copy, 0o600);
  // One file is easier to carry than three.
  change(copy, (client) => client.pragma('journal_mode = DELETE'));
}

function change(copy: string, how: (client: Database.Database) => unknown): void {
  const client = new Database(copy);
  try {
    how(client);
  } finally {
    client.close();
  }
  syncFile(copy);
}

/** Opens it and reads it whole. Answers the number of its migrations. */
function checkDatabase(file: string): number {
  const client = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const isOurs = client.pragma('application_id', { simple: true }) === APPLICATION_ID;
    const check = isOurs
      ? client.pragma('integrity_check(1)', { simple: true })
      : 'it is a database of another program';
    if (check !== 'ok') throw new AppError('db.unreadable', `${file} is no good copy: ${String(check)}`);
    return Number(client.pragma('user_version', { simple: true }));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('db.unreadable', `${file} cannot be opened: ${String(error)}`, { cause: error });
  } finally {
    client.close();
  }
}

function copyFiles(from: string, to: string): void {
  if (!existsSync(from)) return;
  for (const file of walk(from)) {
    const copy = join(to, relative(from, file));
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    try {
      copyFileSync(file, copy, constants.COPYFILE_FICLONE);
    } catch (error) {
      // It was swept away meanwhile: the database was copied before, and whoever sweeps asks it first.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      continue;
    }
    syncFile(copy);
  }
}

const walk = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

async function listFiles(folder: string): Promise<Manifest['files']> {
  const files: Manifest['files'] = [];
  for (const file of walk(folder).toSorted()) {
    const path = relative(folder, file).replaceAll(sep, '/');
    if (path === MANIFEST) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    files.push({ path, bytes: statSync(file).size, sha256: hash.digest('hex') });
  }
  return files;
}

/** Copies of a future, made while a clock was wrong or called so by one that is, take no place of the others, nor they theirs. */
function prune(target: string, keep: number, now: number): void {
  const names = readdirSync(target).filter((name) => name.startsWith(PREFIX) && !name.endsWith('.part'));
  const { future = [], past = [] } = Object.groupBy(names, (name) =>
    (backupTime(name) ?? 0) > now ? 'future' : 'past',
  );
  for (const whole of [future, past]) {
    for (const name of whole.toSorted().slice(0, Math.max(whole.length - keep, 0))) {
      rmSync(join(target, name), { recursive: true, force: true });
    }
  }
}

/** What a copy left whose device went out in the middle. Only for whoever is the only one to copy there. */
export function removeHalfCopies(target: string): void {
  if (!existsSync(target)) return;
  for (const name of readdirSync(target)) {
    if (name.startsWith(PREFIX) && name.endsWith('.part')) rmSync(join(target, name), { recursive: true, force: true });
  }
}
