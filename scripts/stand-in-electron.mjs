// A stand-in for Electron's download, where that cannot be had: enough for the packager to pack, for the fuses to be set and read
// back, and for the archive to be looked into. It starts nothing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipOf } from './zip.mjs';

const root = path.join(import.meta.dirname, '..');

/** Electron's own mark in its executable; the fuses follow it: version, count, then one byte each ('0' off, '1' on). */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** How Electron is delivered: all nine as it sets them, so that what the package reads back was really set by us. */
const DELIVERED_FUSES = '101000111';

export const electronVersion = () =>
  JSON.parse(readFileSync(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8')).version;

/**
 * Writes `build/electron-stand-in/electron-v<version>-<platform>-<arch>.zip`.
 *
 * @param {string} platform only `linux`: packing for Windows edits a real executable's resources
 * @param {string} arch
 * @returns {string} the folder, for `ELECTRON_ZIP_DIR`
 */
export function makeStandIn(platform, arch) {
  if (platform !== 'linux') throw new Error(`there is no stand-in of Electron for ${platform}, only for linux`);
  const version = electronVersion();
  const executable = Buffer.concat([
    Buffer.from(
      '#!/bin/sh\necho "This is a stand-in: the package was made without the Electron binary." >&2\nexit 69\n',
    ),
    Buffer.from(FUSE_MARK),
    Buffer.from([1, DELIVERED_FUSES.length]),
    Buffer.from(`${DELIVERED_FUSES}\n`),
  ]);
  const folder = path.join(root, 'build', 'electron-stand-in');
  mkdirSync(folder, { recursive: true });
  const entries = [
    { name: 'electron', data: executable, mode: 0o755 },
    { name: 'version', data: Buffer.from(version), mode: 0o644 },
    { name: 'LICENSE', data: Buffer.from('A stand-in: no part of Electron is here.\n'), mode: 0o644 },
    { name: 'resources/default_app.asar', data: Buffer.from('stand-in'), mode: 0o644 },
  ];
  writeFileSync(path.join(folder, `electron-v${version}-${platform}-${arch}.zip`), zipOf(entries));
  return folder;
}
