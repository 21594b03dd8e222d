/**
 * What cannot be bundled: packages with a binary inside. They are copied into the package as they are, with what they need at
 * run time and nothing else: sources and the binaries of other systems would be two thirds of the installer.
 */
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

export const NATIVE_MODULES = ['better-sqlite3', 'koffi', '@serialport/bindings-cpp'] as const;

/** Needed by the compiler only: headers of the native interface. */
const BUILD_ONLY: ReadonlySet<string> = new Set(['node-addon-api']);

export interface PackageTarget {
  readonly projectDir: string;
  /** Folder of the app that is being packed. */
  readonly buildPath: string;
  readonly platform: string;
  readonly arch: string;
}

/**
 * Copies the natives and what they require into `<buildPath>/node_modules`; answers the names. Throws when the binary for the
 * target is not installed: npm brings only this machine's, so a package for another system is made there.
 */
export async function copyNativeModules(target: PackageTarget): Promise<readonly string[]> {
  const koffiBinary = `@koromix/koffi-${target.platform}-${target.arch}`;
  const copied = new Set<string>();

  const visit = async (name: string, from: string): Promise<void> => {
    if (copied.has(name) || BUILD_ONLY.has(name)) return;
    const folder = await findPackage(name, from);
    copied.add(name);
    const to = path.join(target.buildPath, 'node_modules', name);
    await mkdir(to, { recursive: true });
    const filter = (file: string) => isShipped(name, path.relative(folder, file), target);
    await cp(folder, to, { recursive: true, dereference: true, filter });
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      await readFile(path.join(folder, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    for (const dependency of Object.keys(dependencies)) await visit(dependency, folder);
    if (Object.hasOwn(optionalDependencies, koffiBinary)) await visit(koffiBinary, folder);
  };

  for (const name of NATIVE_MODULES) await visit(name, target.projectDir);
  return [...copied];
}

/** @param file relative to the package's folder, empty for the folder itself */
function isShipped(name: string, file: string, { platform, arch }: PackageTarget): boolean {
  const [first = ''] = file.split(path.sep);
  if (file === '' || file === 'package.json' || /^licen[cs]e/i.test(file)) return true;
  if (name === 'better-sqlite3') {
    return first === 'lib' || file === 'prebuilds' || file === path.join('prebuilds', `${platform}-${arch}.node`);
  }
  if (name === 'koffi') {
    const loaders = ['src', path.join('src', 'koffi'), path.join('src', 'koffi', 'src')];
    return loaders.includes(file) || (/\.c?js$/.test(file) && first !== 'vendor' && file !== 'cnoke.cjs');
  }
  if (name === '@serialport/bindings-cpp') {
    // One binary for both processors of macOS; of Linux one for each C library.
    const folder = platform === 'darwin' ? 'darwin-x64+arm64' : `${platform}-${arch}`;
    const [, system = folder] = file.split(path.sep);
    if (first === 'prebuilds') return system === folder && !file.endsWith('.musl.node');
    return first === 'dist' && !file.endsWith('.ts');
  }
  // Its Linux package holds two binaries; the one for musl is for another system.
  if (name.startsWith('@koromix/')) return !first.startsWith('musl_') && !file.endsWith('.md');
  return first !== 'node_modules' && !/\.(ts|map|md|yml|yaml)$/.test(file);
}

/** The folder of an installed package, looked for as Node does from the package that requires it. */
async function findPackage(name: string, from: string): Promise<string> {
  for (const base of createRequire(path.join(from, 'package.json')).resolve.paths(name) ?? []) {
    const folder = path.join(base, name);
    const manifest = await stat(path.join(folder, 'package.json')).catch(() => undefined);
    if (manifest?.isFile()) return folder;
  }
  throw new Error(`${name} is not installed, and the package needs it: make it on the system it is for`);
}
