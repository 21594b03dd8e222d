import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-lock-'));
  path = join(folder, 'pg.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a running owner keeps the folder, and its release gives it back', async () => {
  const lock = await lockFolder(path);
  await expect(lockFolder(path)).rejects.toMatchObject({ code: 'db.locked' });
  await lock.release();
  await (await lockFolder(path)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('the lock of a dead process is taken over', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await writeFile(path, JSON.stringify({ pid: child.pid, start: '' }));
  const lock = await lockFolder(path);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
});

test.runIf(process.platform === 'linux')('a pid that has come round to another process is not its owner', async () => {
  await writeFile(path, JSON.stringify({ pid: process.pid, start: 'another boot:1' }));
  await (await lockFolder(path)).release();
});

test('a half-written lock is nobody', async () => {
  await writeFile(path, '{"pid":');
  await (await lockFolder(path)).release();
});

test('of many who find a dead lock exactly one gets the folder', async () => {
  await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, start: '' }));
  const code = `const { lockFolder } = await import(process.argv[1]);
    try { await lockFolder(process.argv[2]); console.log('mine'); process.stdin.resume(); }
    catch (error) { console.log(error.code); process.exit(0); }`;
  const source = new URL('./folder-lock.ts', import.meta.url).href;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', code, source, path], {
      cwd: join(import.meta.dirname, '../..'),
    }),
  );
  const said = await Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()));
  for (const child of children) child.kill();
  expect(said.toSorted()).toEqual(['db.locked', 'db.locked', 'db.locked', 'mine']);
});
