/** Where the command speaks and asks. Answers that are secret are not echoed. */
import { createInterface } from 'node:readline';

export interface Terminal {
  print(text: string): void;
  complain(text: string): void;
  /** Undefined when nobody can be asked. */
  askSecret(question: string): Promise<string | undefined>;
  /** Undefined when nobody can be asked, or `signal` took the question back. */
  ask(question: string, signal?: AbortSignal): Promise<string | undefined>;
}

let piped: AsyncIterator<string> | undefined;
let waiting: Promise<IteratorResult<string>> | undefined;

/** The next line of whatever is fed in; undefined when there is no more. One reader for all questions: it reads ahead. */
async function askPiped(question: string, signal?: AbortSignal): Promise<string | undefined> {
  process.stderr.write(`${question}\n`);
  const lines = (piped ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]());
  waiting ??= lines.next();
  hold(true);
  const gone = new Promise<undefined>((resolve) => {
    if (signal?.aborted === true) resolve(undefined);
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const line = await Promise.race([waiting, gone]);
  hold(false);
  if (line === undefined) {
    // What is said after the question was taken back answers no other.
    waiting = waiting.then((late) => (late.done === true ? late : lines.next()));
    return undefined;
  }
  waiting = undefined;
  return line.done === true ? undefined : line.value;
}

/** Whether an open pipe keeps the process alive; a file ends by itself and knows nothing of it. */
function hold(isHeld: boolean): void {
  const stdin: Partial<Pick<typeof process.stdin, 'ref' | 'unref'>> = process.stdin;
  if (isHeld) stdin.ref?.();
  else stdin.unref?.();
}

export const createTerminal = (): Terminal => ({
  print: (text) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
  complain: (text) => void process.stderr.write(text.endsWith('\n') ? text : `${text}\n`),
  ask: async (question, signal) => {
    if (!process.stdin.isTTY) return askPiped(question, signal);
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await new Promise<string | undefined>((resolve) => {
        lines.once('close', () => resolve(undefined));
        signal?.addEventListener('abort', () => lines.close(), { once: true });
        lines.question(question, resolve);
      });
    } finally {
      lines.close();
    }
  },
  askSecret: async (question) => {
    if (!process.stdin.isTTY) return undefined;
    process.stderr.write(question);
    // The terminal would show what is typed; without an output of its own the interface shows nothing.
    const lines = createInterface({ input: process.stdin, terminal: true });
    try {
      return await new Promise<string>((resolve) => lines.once('line', resolve));
    } finally {
      lines.close();
      process.stderr.write('\n');
    }
  },
});

/** Columns as wide as their widest cell. Numbers (cells that begin with a digit) stand to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return /^[-+]?\d[\d ,.]*$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
