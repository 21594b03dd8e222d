/** A printer of the system, by CUPS: `lp` takes a file, `lpstat` says which jobs wait and which are through. */
import { execFile } from 'node:child_process';
import type { Printer } from './printer.port.ts';

const TIMEOUT_MS = 15_000;

interface Ran {
  readonly code: number | 'missing' | 'late';
  readonly stdout: string;
  readonly stderr: string;
}

const run = (command: string, args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile(command, args, { timeout: TIMEOUT_MS, env }, (error, stdout, stderr) => {
      const code =
        error === null
          ? 0
          : error.code === 'ENOENT'
            ? 'missing'
            : error.killed === true || typeof error.code !== 'number'
              ? 'late'
              : error.code;
      resolve({ code, stdout, stderr });
    });
  });

/** @param name of the queue, as `lpstat -p` shows it. */
export function createLpPrinter(name: string): Printer {
  const jobs = async (which: 'not-completed' | 'completed'): Promise<string | undefined> => {
    const { code, stdout } = await run('lpstat', ['-W', which, '-o', name]);
    return code === 0 ? stdout : undefined;
  };
  const holds = (list: string, reference: string): boolean =>
    list.split('\n').some((line) => line.split(/\s+/)[0] === reference);

  return {
    submit: async (file, title) => {
      const { code, stdout, stderr } = await run('lp', ['-d', name, '-t', title, '-o', 'media=A4', '--', file]);
      if (code === 'missing') return { refused: 'there is no lp on this machine' };
      if (code === 'late') throw new Error('lp did not come to an end');
      const reference = /request id is (\S+)/.exec(stdout)?.[1];
      if (code !== 0) return { refused: stderr.trim() || `lp ended with ${code}` };
      if (reference === undefined) throw new Error('lp took the file and named no job');
      return { reference };
    },
    state: async (reference) => {
      const waiting = await jobs('not-completed');
      if (waiting === undefined) return 'waiting';
      if (holds(waiting, reference)) return 'waiting';
      const through = await jobs('completed');
      // CUPS lists a cancelled job among the completed ones; its log alone tells them apart, so this is what it says.
      return through !== undefined && holds(through, reference) ? 'printed' : 'unknown';
    },
  };
}
