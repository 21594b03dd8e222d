/**
 * Builds emulators/kkt/shim into build/emulator/libfptr10.so (.dylib on macOS) with $CC or `cc`.
 * Does nothing when the library is newer than its sources and whoever names $CC has it. Exit codes: 0 built or fresh, 3 no compiler, 1 failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const shim = join(root, 'emulators/kkt/shim');
const target = join(root, 'build/emulator', process.platform === 'darwin' ? 'libfptr10.dylib' : 'libfptr10.so');
const compiler = process.env.CC ?? 'cc';

if (process.platform === 'win32') {
  console.error('build-emulator: the register emulator is for Linux and macOS');
  process.exit(3);
}

const noCompiler = () => {
  console.error(`build-emulator: no C compiler (tried "${compiler}"; set CC or install one)`);
  process.exit(3);
};
// Who names a compiler means that one: a library that another built before is no answer to them.
if (process.env.CC !== undefined && spawnSync(compiler, ['--version']).error) noCompiler();

const files = readdirSync(shim).map((name) => join(shim, name));
const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newestSource = Math.max(...[...files, import.meta.filename].map(changedAt));

if (changedAt(target) > newestSource) {
  console.log(`build-emulator: ${target} is up to date`);
} else {
  mkdirSync(join(target, '..'), { recursive: true });
  // Built aside and renamed: a process that has the old library mapped keeps it whole.
  const fresh = `${target}.${process.pid}`;
  const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-fPIC', '-shared', '-fvisibility=hidden'];
  const sources = files.filter((name) => name.endsWith('.c'));
  const run = spawnSync(compiler, [...flags, '-o', fresh, ...sources, '-lpthread'], { encoding: 'utf8' });
  if (run.error) noCompiler();
  if (run.status !== 0) {
    console.error(`build-emulator: ${compiler} failed\n${run.stderr}`);
    process.exit(1);
  }
  renameSync(fresh, target);
  console.log(`build-emulator: built ${target}`);
}
