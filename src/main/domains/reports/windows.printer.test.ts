/** PowerShell as a double that says what Windows would; the script it is given is read for what it asks. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWindowsPrinter } from './windows.printer.ts';

let bin: string;
const powershell = (script: string): string => {
  const file = join(bin, 'powershell');
  writeFileSync(file, `#!/bin/sh\nprintf '%s' "$4" > ${bin}/script\nenv > ${bin}/env\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};
const scriptGiven = () => Buffer.from(readFileSync(join(bin, 'script'), 'utf8'), 'base64').toString('utf16le');
const envGiven = () => readFileSync(join(bin, 'env'), 'utf8');

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'powershell-'));
});
afterEach(() => rmSync(bin, { recursive: true, force: true }));

test('names, titles and paths go by the environment: none of them can be a command', async () => {
  const evil = 'Office "; Remove-Item C:\\ #';
  const printer = createWindowsPrinter(evil, powershell('echo giving; echo "job RPT-1"'));
  expect(await printer.submit("C:\\data\\it's.pdf", 'RPT-1')).toEqual({ reference: 'RPT-1' });
  expect(envGiven()).toContain(`PRILAVOK_PRINTER=${evil}`);
  expect(envGiven()).toContain("PRILAVOK_PRINT_FILE=C:\\data\\it's.pdf");
  expect(scriptGiven()).toContain('Windows.Data.Pdf');
  expect(scriptGiven()).not.toContain('Remove-Item');
  expect(scriptGiven()).not.toContain('RPT-1');
});

test('what is refused before the pages were given is refused; what breaks later may be printing', async () => {
  const refuses = createWindowsPrinter('no', powershell('echo "there is no printer no" >&2; exit 3'));
  expect(await refuses.submit('f', 't')).toEqual({ refused: 'there is no printer no' });
  const breaks = createWindowsPrinter('office', powershell('echo giving; exit 1'));
  await expect(breaks.submit('f', 't')).rejects.toThrow('not known');
  expect(await createWindowsPrinter('office', join(bin, 'nothing')).submit('f', 't')).toEqual({
    refused: 'there is no PowerShell on this machine',
  });
});

test.each([
  ['echo "queue Spooling, Printing"', 'waiting'],
  ['echo "queue Error, PaperOut"', 'waiting'],
  ['echo "queue Printed, Retained"', 'printed'],
  ['echo "queue Deleting"', 'failed'],
  ['echo printed', 'printed'],
  ['echo gone', 'unknown'],
  ['exit 1', 'waiting'],
])('%s means %s', async (script, answer) => {
  expect(await createWindowsPrinter('office', powershell(script)).state('RPT-1')).toBe(answer);
});

test.each([
  ['echo Normal', undefined],
  ['echo PaperOut', 'no_paper'],
  ['echo Offline', 'stopped'],
  ['exit 1', undefined],
])('a printer of which Windows says %s', async (script, trouble) => {
  expect(await createWindowsPrinter('office', powershell(script)).trouble()).toBe(trouble);
});
