// Where Electron's binary is, found without asking the `electron` package: required outside Electron, it starts a download.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const EXECUTABLES = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };

/**
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @returns {{ readonly path?: string, readonly why?: string }} `path` of the executable, or `why` there is none and how to get it
 */
export function electronBinary(env = process.env) {
  const installed = path.join(import.meta.dirname, '..', 'node_modules', 'electron');
  const pathFile = path.join(installed, 'path.txt');
  const name = existsSync(pathFile)
    ? readFileSync(pathFile, 'utf8').trim()
    : (EXECUTABLES[process.platform] ?? 'electron');
  const folder = env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(installed, 'dist');
  const executable = path.join(folder, name);
  if (existsSync(executable)) return { path: executable };
  return {
    why: env.ELECTRON_OVERRIDE_DIST_PATH
      ? `ELECTRON_OVERRIDE_DIST_PATH holds no ${name}`
      : 'the Electron binary is not installed: run `npx install-electron` where github.com can be reached, or point ELECTRON_OVERRIDE_DIST_PATH at an unpacked Electron',
  };
}
