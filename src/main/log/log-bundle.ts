/** The last of the log in one piece, for headquarters. Lines are masked where they were written. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const pack = promisify(gzip);
const FILES = ['device.log.1', 'device.log'];
const MOST_RAW = 8_000_000;

/**
 * @param mostChars what the base64 may be long.
 * @returns gzip in base64 of as many of the last whole lines as fit, and how many those are.
 */
export async function collectLog(
  folder: string,
  mostChars: number,
): Promise<{ readonly bundle: string; readonly lines: number }> {
  const texts = await Promise.all(FILES.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  const whole = texts.join('');
  // A line that the cut went through is none.
  const first = whole.length > MOST_RAW ? 1 : 0;
  let lines = whole.slice(-MOST_RAW).split('\n').slice(first).filter(Boolean);
  for (;;) {
    const bundle = (await pack(lines.map((line) => `${line}\n`).join(''))).toString('base64');
    if (bundle.length <= mostChars || lines.length <= 1) return { bundle, lines: lines.length };
    lines = lines.slice(Math.ceil(lines.length / 4));
  }
}
