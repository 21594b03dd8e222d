// `npm run package`, `npm run make`: pages, then Electron Forge.
//
//   --platform, --arch   for which system (this one)
//   --stand-in           without Electron's binary: the archive, the natives and the fuses are real, the executable is not
//   --keep-pages         take the pages that are built already, if they are
//
// Without a binary `package` falls back to the stand-in and says so, since most of what it makes can still be looked at; `make`
// refuses, since an installer that installs nothing must not leave the machine by accident.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { arePagesBuilt, buildPages } from './pages.mjs';
import { electronVersion, makeStandIn } from './stand-in-electron.mjs';

const root = path.join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    platform: { type: 'string', default: process.platform },
    arch: { type: 'string', default: process.arch },
    'stand-in': { type: 'boolean', default: false },
    'keep-pages': { type: 'boolean', default: false },
  },
});
const { platform, arch } = values;
const [command = 'package'] = positionals;
if (command !== 'package' && command !== 'make') {
  console.error(`package-app: the command is "${command}"; allowed: package, make`);
  process.exit(2);
}

/** Puts Electron's archive into the cache that the packager reads. Says why it cannot. */
async function fetchElectron() {
  // Electron's own downloader, in the version it was tested with.
  const require = createRequire(path.join(root, 'node_modules', 'electron', 'package.json'));
  const { downloadArtifact } = await import(pathToFileURL(require.resolve('@electron/get')).href);
  const checksums = require('./checksums.json');
  try {
    await downloadArtifact({ version: electronVersion(), artifactName: 'electron', platform, arch, checksums });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function zipFolder() {
  if (process.env.ELECTRON_ZIP_DIR) return process.env.ELECTRON_ZIP_DIR;
  if (values['stand-in']) return makeStandIn(platform, arch);
  const why = await fetchElectron();
  if (why === undefined) return undefined;
  if (command === 'make') {
    console.error(
      `make: Electron ${electronVersion()} for ${platform}-${arch} cannot be had (${why}); --stand-in makes it without`,
    );
    process.exit(1);
  }
  console.error(
    `package: Electron ${electronVersion()} cannot be had (${why}): packing a stand-in, which starts nothing`,
  );
  return makeStandIn(platform, arch);
}

const folder = await zipFolder();
if (!values['keep-pages'] || !arePagesBuilt()) buildPages();
const forge = path.join(root, 'node_modules', '@electron-forge', 'cli', 'dist', 'electron-forge.js');
const made = spawnSync(process.execPath, [forge, command, '--platform', platform, '--arch', arch], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...(folder === undefined ? {} : { ELECTRON_ZIP_DIR: folder }) },
});
process.exit(made.status ?? 1);
