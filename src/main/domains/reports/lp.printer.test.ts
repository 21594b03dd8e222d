/** The CUPS commands as a double on the PATH: what they print is what CUPS prints. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLpPrinter } from './lp.printer.ts';

let bin: string;
const path = process.env['PATH'];
const command = (name: string, script: string): void => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
};

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'lp-'));
  process.env['PATH'] = `${bin}:/usr/bin:/bin`;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(bin, { recursive: true, force: true });
});

test('a file is taken under a name, waits, and is printed', async () => {
  command('lp', `printf '%s\\n' "$@" > ${bin}/args; echo 'request id is office-42 (1 file(s))'`);
  command('lpstat', `cat ${bin}/$2`);
  const list = (which: string, text: string) => writeFileSync(join(bin, which), text);
  const printer = createLpPrinter('office');
  expect(await printer.submit('/data/report.pdf', 'RPT-1')).toEqual({ reference: 'office-42' });
  expect(readFileSync(join(bin, 'args'), 'utf8').split('\n').slice(0, -1)).toEqual([
    '-d',
    'office',
    '-t',
    'RPT-1',
    '-o',
    'media=A4',
    '--',
    '/data/report.pdf',
  ]);
  list('not-completed', 'office-42   anna  29000  Sat 21 Nov 2026\n');
  list('completed', 'office-4   anna  29000  Fri 20 Nov 2026\n');
  expect(await printer.state('office-42')).toBe('waiting');
  list('not-completed', '');
  expect(await printer.state('office-42')).toBe('unknown');
  list('completed', 'office-42   anna  29000  Sat 21 Nov 2026\n');
  expect(await printer.state('office-42')).toBe('printed');
});

test('a queue that is not there is a refusal, and so is a machine without CUPS', async () => {
  command('lp', 'echo "lp: The printer or class does not exist." >&2; exit 1');
  expect(await createLpPrinter('no').submit('/f', 't')).toEqual({
    refused: 'lp: The printer or class does not exist.',
  });
  process.env['PATH'] = '/nonexistent';
  expect(await createLpPrinter('no').submit('/f', 't')).toEqual({ refused: 'there is no lp on this machine' });
});

test('a job that was taken and not named may be printing', async () => {
  command('lp', 'echo something else');
  await expect(createLpPrinter('office').submit('/f', 't')).rejects.toThrow('named no job');
});

test('while lpstat does not answer, the job waits', async () => {
  command('lpstat', 'exit 1');
  expect(await createLpPrinter('office').state('office-1')).toBe('waiting');
});

test.each([
  ['media-empty-error media-needed', 'no_paper'],
  ['none', undefined],
])('a printer that says "%s" while a job waits', async (alerts, trouble) => {
  command('lpstat', `printf 'printer photo is idle.  enabled since today\\n\\tAlerts: ${alerts}\\n'`);
  expect(await createLpPrinter('photo', 'photo').trouble()).toBe(trouble);
});

test('a printer that was stopped, and one that nobody can ask', async () => {
  command('lpstat', "printf 'printer photo disabled since today -\\n\\tAlerts: none\\n'");
  expect(await createLpPrinter('photo', 'photo').trouble()).toBe('stopped');
  command('lpstat', 'exit 1');
  expect(await createLpPrinter('photo', 'photo').trouble()).toBeUndefined();
});
