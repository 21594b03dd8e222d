import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFile } from './file-lock.ts';

let folder: string;
let path: string;
let children: ChildProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-lock-'));
  path = join(folder, 'data');
  children = [];
});
afterEach(async () => {
  for (const child of children) await killed(child);
  await rm(folder, { recursive: true, force: true });
});

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A process that tries, says how it went, and holds what it got. */
async function contender(): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const code = `const { lockFile } = await import(process.argv[1]);
    try { globalThis.lock = lockFile(process.argv[2]); console.log('mine'); setInterval(() => {}, 1e6); }
    catch (error) { console.log(error.code); }`;
  const source = new URL('./file-lock.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, source, path], {
    cwd: join(import.meta.dirname, '../..'),
  });
  children.push(child);
  return { child, said: String((await once(child.stdout, 'data'))[0]).trim() };
}

test('whoever has it keeps it, is named to the next one, and its release gives it back', () => {
  const lock = lockFile(path);
  expect(() => lockFile(path)).toThrow(`${path} is in use by process ${process.pid}`);
  lock.release();
  lockFile(path).release();
});

test('a killed process leaves nothing that locks', async () => {
  const { child, said } = await contender();
  expect(said).toBe('mine');
  expect(() => lockFile(path)).toThrow(`in use by process ${child.pid}`);
  await killed(child);
  lockFile(path).release();
});

test('of many who come at once after a dead one exactly one gets it', async () => {
  await killed((await contender()).child);
  const said = (await Promise.all(Array.from({ length: 6 }, contender))).map((one) => one.said);
  expect(said.toSorted()).toEqual([...Array.from({ length: 5 }, () => 'db.locked'), 'mine']);
});
