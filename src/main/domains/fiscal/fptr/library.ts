/** Where the driver is on this machine. Finding none is an answer, not an exception: a till must start without it. */
import { execFile } from 'node:child_process';
import { win32 } from 'node:path';
import { promisify } from 'node:util';
import koffi from 'koffi';
import { bindFptr, type FptrBinding } from './binding.ts';

export type FptrLibrary =
  | { readonly available: true; readonly path: string; readonly binding: FptrBinding }
  /** `reason` is for the log and the diagnostics screen. */
  | { readonly available: false; readonly reason: string };

export interface FptrLibraryOptions {
  /** The setting `fiscal.libraryPath`: tried alone when given. */
  readonly libraryPath?: string;
  readonly platform: NodeJS.Platform;
}

const INSTALL_KEY = String.raw`HKLM\Software\ATOL\Drivers\10.0\KKT`;

/** Folders that the vendor's installer wrote down, of the 64-bit and of the 32-bit view of the registry. */
async function installDirs(): Promise<string[]> {
  const views = await Promise.allSettled(
    ['64', '32'].map((view) =>
      promisify(execFile)('reg', ['query', INSTALL_KEY, '/v', 'INSTALL_DIR', `/reg:${view}`], { windowsHide: true }),
    ),
  );
  return views.flatMap((view) => {
    const found = view.status === 'fulfilled' ? /INSTALL_DIR\s+REG_SZ\s+(.+)/.exec(view.value.stdout)?.[1] : undefined;
    return found === undefined ? [] : [found.trim()];
  });
}

async function candidates({ libraryPath, platform }: FptrLibraryOptions): Promise<string[]> {
  if (libraryPath !== undefined && libraryPath !== '') return [libraryPath];
  if (platform === 'win32') {
    return [...(await installDirs()).map((folder) => win32.join(folder, 'bin', 'fptr10.dll')), 'fptr10.dll'];
  }
  return platform === 'darwin' ? ['fptr10.framework/fptr10', 'libfptr10.dylib'] : ['libfptr10.so'];
}

function bind(path: string, platform: NodeJS.Platform): FptrBinding {
  try {
    return bindFptr(path);
  } catch (error) {
    // The vendor ships the C++ runtime beside the driver, where Windows does not look for it.
    if (platform !== 'win32' || win32.dirname(path) === '.') throw error;
    koffi.load(win32.join(win32.dirname(path), 'msvcp140.dll'));
    return bindFptr(path);
  }
}

/** Loads the driver. Never throws and never unloads: unloading hung the process in older drivers. */
export async function loadFptrLibrary(options: FptrLibraryOptions): Promise<FptrLibrary> {
  const reasons: string[] = [];
  for (const path of await candidates(options)) {
    try {
      return { available: true, path, binding: bind(path, options.platform) };
    } catch (error) {
      reasons.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { available: false, reason: reasons.join('; ') };
}
