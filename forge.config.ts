/** How the desktop program is packed: one archive under an integrity fuse, natives beside it, nine fuses decided. */

import { FuseV1Options, FuseVersion } from '@electron/fuses';
import { MakerDeb } from '@electron-forge/maker-deb';
import { MakerSquirrel } from '@electron-forge/maker-squirrel';
import { MakerZIP } from '@electron-forge/maker-zip';
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import { VitePlugin } from '@electron-forge/plugin-vite';
import type { ForgeConfig } from '@electron-forge/shared-types';
import { copyNativeModules } from './scripts/native-modules.ts';
import { FONT_FILES } from './src/node/pdf/fonts.ts';

/**
 * What enters app.asar. The plugin by itself packs only `/.vite`. The SQL and the pages are inside, so the fuse covers them;
 * `hq` is the server's page, and the snapshots are drizzle-kit's.
 */
const SHIP = [
  '/package.json',
  '/.vite/build',
  '/drizzle/device',
  '/dist/renderer',
  ...Object.values(FONT_FILES).map((file) => `/${file}`),
  '/node_modules/@expo-google-fonts/rubik/LICENSE_FONT',
];
const LEAVE = /^\/dist\/renderer\/hq(\/|$)|_snapshot\.json$|\.map$/;

const isShipped = (file: string): boolean =>
  file === '' ||
  (!LEAVE.test(file) &&
    SHIP.some((kept) => file === kept || file.startsWith(`${kept}/`) || kept.startsWith(`${file}/`)));

const config: ForgeConfig = {
  packagerConfig: {
    executableName: 'prilavok',
    appBundleId: 'app.prilavok.desktop',
    asar: { unpack: '**/*.node' },
    ignore: (file: string) => !isShipped(file),
    // Nothing of node_modules is taken from the project: `copyNativeModules` brings what is needed.
    prune: false,
    ...(process.env.ELECTRON_ZIP_DIR ? { electronZipDir: process.env.ELECTRON_ZIP_DIR } : {}),
  },
  // The natives speak Node-API: one binary serves Node and Electron, and nothing is compiled.
  rebuildConfig: { onlyModules: [] },
  hooks: {
    packageAfterCopy: async (_config, buildPath, _version, platform, arch) => {
      await copyNativeModules({ projectDir: import.meta.dirname, buildPath, platform, arch });
    },
  },
  makers: [
    new MakerZIP({}, ['linux', 'darwin', 'win32']),
    new MakerDeb({ options: { bin: 'prilavok', categories: ['Office'], section: 'misc' } }),
    new MakerSquirrel({ name: 'prilavok' }),
  ],
  plugins: [
    new VitePlugin({
      build: [
        { entry: 'src/main/main.ts', config: 'vite.main.config.ts', target: 'main' },
        { entry: 'src/preload/preload.ts', config: 'vite.preload.config.ts', target: 'preload' },
      ],
      // The pages are the browser shell's too: vite.config.ts builds them once, for both, into dist/renderer.
      renderer: [],
    }),
    new FusesPlugin({
      version: FuseVersion.V1,
      // A fuse that a new Electron brings stops the build until somebody decides.
      strictlyRequireAllFuses: true,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableCookieEncryption]: true,
      // Takes NODE_EXTRA_CA_CERTS with it: a private authority's certificate is given to the HTTP client in code.
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      // Checked on macOS and Windows; on Linux Electron does not look.
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
      [FuseV1Options.WasmTrapHandlers]: true,
    }),
  ],
};

export default config;
