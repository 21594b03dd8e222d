/**
 * Packs the program as a release does, with a stand-in for Electron's executable, and looks into what came out: everything that
 * is ours in it is real.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extractAll, extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FONT_FILES } from '#node/pdf/fonts.ts';
import { MODES } from '#shared/kernel/mode.ts';

const root = join(import.meta.dirname, '..', '..');
const app = join(root, 'out', `Prilavok-linux-${process.arch}`);
const archive = join(app, 'resources', 'app.asar');
const unpacked = `${archive}.unpacked`;

const inArchive = (file: string): string => extractFile(archive, file).toString('utf8');

describe.runIf(process.platform === 'linux')('the packed program', () => {
  let extracted = '';
  let files: readonly string[] = [];
  /** The main process, and what it loads when it is wanted. */
  let parts: readonly string[] = [];
  beforeAll(() => {
    const made = ['scripts/package-app.mjs', 'package', '--stand-in', '--keep-pages'];
    execFileSync(process.execPath, made, { cwd: root, stdio: 'pipe', env: { ...process.env, CI: '1' } });
    files = listPackage(archive, { isPack: false }).map((file) => file.replaceAll('\\', '/'));
    parts = files.filter((file) => /^\/\.vite\/build\/(?!preload)[^/]+\.cjs$/.test(file)).map((file) => file.slice(1));
    extracted = mkdtempSync(join(tmpdir(), 'prilavok-package-'));
    extractAll(archive, extracted);
  }, 180_000);
  afterAll(() => rmSync(extracted, { recursive: true, force: true }));

  it('has its nine fuses set, all of them', async () => {
    const wire = await getCurrentFuseWire(join(app, 'prilavok'));
    const { version, resetAdHocDarwinSignature: _signature, strictlyRequireAllFuses: _strict, ...fuses } = wire;
    const on = Object.entries(fuses).map(([index, state]) => [
      FuseV1Options[Number(index)],
      state === FuseState.ENABLE,
    ]);
    expect(version).toBe('1');
    expect(Object.fromEntries(on)).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
      WasmTrapHandlers: true,
    });
  });

  it('holds what it needs to start', () => {
    const { main } = JSON.parse(inArchive('package.json')) as { main: string };
    expect(main).toBe('.vite/build/main.cjs');
    expect(files).toEqual(
      expect.arrayContaining([
        '/.vite/build/main.cjs',
        '/.vite/build/preload.cjs',
        '/dist/renderer/kiosk/index.html',
        '/dist/renderer/cashier/index.html',
        '/dist/renderer/manager/index.html',
      ]),
    );
  });

  it('holds every migration that the journal names', () => {
    const { entries } = JSON.parse(inArchive('drizzle/device/meta/_journal.json')) as { entries: { tag: string }[] };
    expect(entries.length).toBeGreaterThan(0);
    for (const { tag } of entries) expect(inArchive(`drizzle/device/${tag}.sql`)).toContain('CREATE TABLE');
  });

  it('holds the letters that reports are drawn with', () => {
    expect(files).toEqual(expect.arrayContaining(Object.values(FONT_FILES).map((file) => `/${file}`)));
  });

  it('holds every file that its pages ask for', () => {
    for (const mode of ['kiosk', 'cashier', 'manager']) {
      const page = inArchive(`dist/renderer/${mode}/index.html`);
      const asked = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => `/dist/renderer${path}`);
      expect(asked.length).toBeGreaterThan(0);
      expect(files).toEqual(expect.arrayContaining(asked));
    }
  });

  it('holds nothing else: no sources, no maps, no server, no test world', () => {
    const roots = new Set(files.map((file) => file.split('/')[1] ?? ''));
    expect([...roots].toSorted()).toEqual(['.vite', 'dist', 'drizzle', 'node_modules', 'package.json']);
    expect(files.filter((file) => /\.(map|ts|tsx|env|cc?|cpp|h|gyp)$/.test(file))).toEqual([]);
    expect(files.filter((file) => /^\/(dist\/renderer\/hq|drizzle\/server)(\/|$)/.test(file))).toEqual([]);
  });

  it('keeps natives beside the archive, for this system only', () => {
    const natives = files.filter((file) => file.endsWith('.node'));
    expect(natives.toSorted()).toEqual([
      `/node_modules/@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`,
      `/node_modules/@serialport/bindings-cpp/prebuilds/linux-${process.arch}/@serialport+bindings-cpp.glibc.node`,
      `/node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`,
    ]);
    for (const native of natives) expect(existsSync(join(unpacked, native)), native).toBe(true);
  });

  it('has natives that load and work', () => {
    const script = `
      const Database = require('better-sqlite3');
      const db = new Database(':memory:');
      const { answer } = db.prepare('select 6 * 7 as answer').get();
      const koffi = require('koffi');
      const length = koffi.load('libc.so.6').func('size_t strlen(const char *text)');
      const serial = typeof require('@serialport/bindings-cpp').autoDetect().open;
      process.stdout.write(JSON.stringify({ answer, length: Number(length('прилавок')), serial }));`;
    // In its own folder, so that nothing can be found in the project's node_modules.
    const said = execFileSync(process.execPath, ['-e', script], { cwd: extracted, env: {}, encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual({ answer: 42, length: 16, serial: 'function' });
  });

  it('has a preload of one file that requires electron and nothing else', () => {
    const required = [...inArchive('.vite/build/preload.cjs').matchAll(/require\(\s*["'`]([^"'`]+)/g)];
    expect(required.map(([, name]) => name)).toEqual(['electron']);
  });

  it('has a main process in which no module asks for its own place', () => {
    // Vite's client build would leave an empty object there.
    for (const part of parts) expect(inArchive(part)).not.toMatch(/import\.meta|\{\}\.(url|dirname|filename)/);
  });

  it('brings what draws papers as parts of their own, which load', () => {
    const drawing = parts.filter((part) => /\/(contract|report)\.pdf-/.test(part));
    expect(drawing).toHaveLength(2);
    for (const part of drawing) {
      const script = `process.stdout.write(Object.values(require('./${part}')).map((one) => typeof one).join())`;
      expect(execFileSync(process.execPath, ['-e', script], { cwd: extracted, env: {}, encoding: 'utf8' })).toContain(
        'function',
      );
    }
  });

  it('says nothing of the machine that packed it', () => {
    for (const file of [...parts, '.vite/build/preload.cjs', 'package.json']) {
      const text = readFileSync(join(extracted, file), 'utf8');
      expect(text).not.toContain('sourceMappingURL');
      for (const place of [root, homedir(), hostname()]) {
        expect(place.length > 5 && text.includes(place), `${place} in ${file}`).toBe(false);
      }
    }
  });

  it.each(MODES)('starts as a %s: the bundle, the core, the database, the page and its port', async (mode) => {
    const data = mkdtempSync(join(extracted, 'data-'));
    const args = [extracted, data, '--mode', mode, '--data-dir', data, '--port', '0'];
    const said = await runPacked(args);
    expect(said).toMatchObject({ loaded: `prilavok://app/${mode}/`, errors: [], exit: 0, info: { mode } });
    expect(said.page).toContain(`data-mode="${mode}"`);
    expect(said.calls.indexOf('lock')).toBeLessThan(said.calls.indexOf('ready'));
    expect(
      said.required.filter(
        (name) =>
          !['electron', 'better-sqlite3', 'koffi', '@serialport/bindings-cpp'].includes(name) &&
          !parts.includes(`.vite/build/${name.slice(2)}`),
      ),
    ).toEqual([]);
    expect(existsSync(join(data, 'device.db'))).toBe(true);
  });

  it('names a wrong setting and leaves before anything is opened', async () => {
    const data = mkdtempSync(join(extracted, 'data-'));
    const said = await runPacked([extracted, data, '--mode', 'till', '--data-dir', data]);
    expect(said).toMatchObject({ exit: 2 });
    expect(said.calls).not.toContain('ready');
    expect(said.errors.join()).toMatch(/mode.*till.*kiosk/s);
    expect(existsSync(join(data, 'device.db'))).toBe(false);
  });

  it('shows why it did not start when its data is from a newer version', async () => {
    const data = mkdtempSync(join(extracted, 'data-'));
    const args = [extracted, data, '--mode', 'cashier', '--data-dir', data, '--port', '0'];
    await runPacked(args);
    const db = new Database(join(data, 'device.db'));
    db.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('from the future', 4e12);
    db.close();
    const said = await runPacked(args);
    expect(said).toMatchObject({ loaded: 'prilavok://app/failure', exit: 3 });
    expect(said.page).toContain('db.from_future');
  });
});

interface Said {
  readonly loaded: string;
  readonly page: string;
  readonly info?: unknown;
  readonly exit: number;
  readonly errors: readonly string[];
  readonly required: readonly string[];
  readonly calls: readonly string[];
}

/** `run-packed.ts` in a process of its own. */
async function runPacked(args: readonly string[]): Promise<Said> {
  const script = join(import.meta.dirname, 'run-packed.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH },
    timeout: 60_000,
  });
  return JSON.parse(stdout) as Said;
}
