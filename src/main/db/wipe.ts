/**
 * Erases what a device has, because headquarters said so. It is done at the start that follows: nothing is open then, and an
 * erasure that a power cut ended goes on at the next start, for the mark goes last.
 */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../core.ts';
import { syncFolder } from './db-files.ts';

const MARK = 'wipe';
/**
 * Everything with data of guests, of money, or of who this device is. By name, not all there is: a folder that was set wrongly
 * is not to cost anybody more. The log stays; it names nobody.
 */
const OURS = /^(device\.db.*|secrets\..*|backups|blobs|exports|unsent)$/;

/** From now on the next start erases everything. On the disk when it returns. */
export function markForWipe(dataDir: string): void {
  const file = openSync(join(dataDir, MARK), 'w', 0o600);
  fsyncSync(file);
  closeSync(file);
  syncFolder(dataDir);
}

/** Before anything of it is opened. Answers whether there was anything to do. */
export function wipeIfMarked(dataDir: string, log: Logger): boolean {
  if (!existsSync(join(dataDir, MARK))) return false;
  const names = readdirSync(dataDir).filter((name) => OURS.test(name));
  for (const name of names) rmSync(join(dataDir, name), { recursive: true, force: true });
  syncFolder(dataDir);
  rmSync(join(dataDir, MARK));
  syncFolder(dataDir);
  log.warn('headquarters had this device erased; it is nobody now', { event: 'DEVICE_WIPED', names });
  return true;
}
