/** One process to a data folder: a file that names its owner. */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';

const Owner = z.object({ pid: z.int().min(1), start: z.string() });
type Owner = z.infer<typeof Owner>;

export interface FolderLock {
  readonly release: () => Promise<void>;
}

/**
 * What tells this life of a pid from another (pids come round, and a container's main process is always 1): the boot
 * and the start tick of the process where the kernel tells them (Linux), else empty, and only the pid counts.
 */
async function startOf(pid: number): Promise<string> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // The command, field 2, is in brackets and may hold spaces; the start tick is field 22.
    return `${boot.trim()}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as another user.
    return codeOf(error) === 'EPERM';
  }
}

const isRunning = async (owner: Owner): Promise<boolean> =>
  isAlive(owner.pid) && (owner.start === '' || owner.start === (await startOf(owner.pid)));

/** A file that names nobody was cut off while it was written; its writer never got further. */
function parseOwner(text: string): Owner | undefined {
  try {
    return Owner.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Takes the lock, also from an owner that is dead.
 *
 * @throws AppError `db.locked` when its owner is running.
 */
export async function lockFolder(path: string): Promise<FolderLock> {
  const mine: Owner = { pid: process.pid, start: await startOf(process.pid) };
  const draft = `${path}.${process.pid}`;
  // Written aside and linked into place: the lock file is never seen half-written, and `link` fails if there is one.
  await writeFile(draft, JSON.stringify(mine));
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (await linked(draft, path)) return { release: () => rm(path, { force: true }) };
      const found = await readIfThere(path);
      if (found === undefined) continue;
      const owner = parseOwner(found);
      if (owner !== undefined && (await isRunning(owner))) {
        throw new AppError('db.locked', `process ${owner.pid} is already using this data folder (${path})`);
      }
      await setAside(path, found);
    }
    throw new AppError('db.locked', `other processes keep taking this data folder (${path})`);
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead owner's lock, unless somebody has replaced it since we read it: then it goes back. */
async function setAside(path: string, expected: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if ((await readIfThere(aside)) !== expected) await linked(aside, path);
  await rm(aside, { force: true });
}
