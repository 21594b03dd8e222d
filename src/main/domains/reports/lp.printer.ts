/** A printer of the system, by CUPS: `lp` takes a file, `lpstat` says which jobs wait and which are through. */
import type { Printer } from './printer.port.ts';
import { runCommand } from './run-command.ts';

const TIMEOUT_MS = 15_000;

const run = (command: string, args: readonly string[]) =>
  runCommand(command, args, { timeoutMs: TIMEOUT_MS, env: { LC_ALL: 'C' } });

/** How a document is asked for, and a photo: on whatever sheet the queue of the photo printer has, as large as it goes. */
const OPTIONS = {
  document: ['-o', 'media=A4'],
  photo: ['-o', 'fit-to-page'],
} as const;

/** @param name of the queue, as `lpstat -p` shows it. */
export function createLpPrinter(name: string, paper: keyof typeof OPTIONS = 'document'): Printer {
  const jobs = async (which: 'not-completed' | 'completed'): Promise<string | undefined> => {
    const { code, stdout } = await run('lpstat', ['-W', which, '-o', name]);
    return code === 0 ? stdout : undefined;
  };
  const holds = (list: string, reference: string): boolean =>
    list.split('\n').some((line) => line.split(/\s+/)[0] === reference);

  return {
    submit: async (file, title) => {
      const { code, stdout, stderr } = await run('lp', ['-d', name, '-t', title, ...OPTIONS[paper], '--', file]);
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
    trouble: async () => {
      const { code, stdout } = await run('lpstat', ['-l', '-p', name]);
      if (code !== 0) return undefined;
      const alerts = /^\s*Alerts:(.*)$/m.exec(stdout)?.[1] ?? '';
      // Reasons of the printer as RFC 8011 names them, e.g. `media-empty-error`.
      if (/media-(empty|needed)/.test(alerts)) return 'no_paper';
      return /^printer \S+ disabled/m.test(stdout) ? 'stopped' : undefined;
    },
  };
}
