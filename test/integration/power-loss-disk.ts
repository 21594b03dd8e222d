/** Disks as a power cut leaves them, rebuilt from what `power-loss-shim.c` put aside. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Seeded } from '#test/simulation/seeded.ts';

/** A flush that came back: from `at` on (Unix ms) the disk has these bytes, or these names. */
export interface Flush {
  readonly at: number;
  readonly isFolder: boolean;
  readonly inode: string;
  readonly copy: string;
  readonly path: string;
}

/** Builds a shim of this folder into another; undefined where there is no C compiler. */
export function buildShim(source: string, folder: string): string | undefined {
  const library = join(folder, source.replace(/\.c$/, '.so'));
  const flags = ['-shared', '-fPIC', '-O2', '-o', library, join(import.meta.dirname, source), '-ldl', '-lpthread'];
  const run = spawnSync(process.env['CC'] ?? 'cc', flags, { encoding: 'utf8' });
  if (run.error !== undefined) return undefined;
  if (run.status !== 0) throw new Error(`the shim could not be built: ${run.stderr}`);
  return library;
}

/** Every flush under the folders that were watched, in order. */
export function readFlushes(out: string): Flush[] {
  const log = join(out, 'log');
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [seconds = '', kind, inode = '', copy = '', path = ''] = line.split('\t');
      return { at: Number(seconds) * 1000, isFolder: kind === 'D', inode, copy, path };
    })
    .toSorted((a, b) => a.at - b.at);
}

/**
 * The least that a disk holds after these flushes: of each folder the names it had when it was last flushed, of each
 * file the bytes it had then. A file that was never flushed, or whose folder was not, is not there.
 */
export function leastImage(flushes: readonly Flush[]): Map<string, Buffer> {
  const bytes = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { isFolder, inode, copy, path } of flushes) (isFolder ? names : bytes).set(isFolder ? path : inode, copy);
  const image = new Map<string, Buffer>();
  for (const [folder, copy] of names) {
    for (const line of readFileSync(copy, 'utf8').split('\n')) {
      const [, inode = '', name = ''] = /^(\d+) (.+)$/.exec(line) ?? [];
      const kept = bytes.get(inode);
      if (name !== '' && kept !== undefined) image.set(join(folder, name), readFileSync(kept));
    }
  }
  return image;
}

/**
 * The same with the power cut in the middle of the flush that follows: of the file it was for, each sector is the old
 * one or the new one, as chance has it.
 */
export function tornImage(flushes: readonly Flush[], next: Flush, chance: Seeded): Map<string, Buffer> {
  const image = leastImage(flushes);
  const before = image.get(next.path);
  // Of a file that was never flushed not even the name is certain.
  if (before === undefined || next.isFolder) return image;
  const torn = Buffer.from(readFileSync(next.copy));
  const length = chance.next() < 0.5 ? before.length : torn.length;
  for (let at = 0; at < torn.length; at += SECTOR) {
    if (chance.next() < 0.5) continue;
    // Of a file that grew, its new length may be there and its new bytes not.
    torn.fill(0, at, Math.min(at + SECTOR, torn.length));
    before.subarray(at, at + SECTOR).copy(torn, at);
  }
  image.set(next.path, torn.subarray(0, length));
  return image;
}
const SECTOR = 512;

/** Writes the part of an image that lies under `root` into another folder. */
export function writeImage(image: ReadonlyMap<string, Buffer>, root: string, to: string): void {
  for (const [path, bytes] of image) {
    if (!path.startsWith(`${root}/`)) continue;
    const target = join(to, path.slice(root.length + 1));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
}
