/** A program of the system, run to its end: what it said, or why it has no end. */
import { execFile } from 'node:child_process';

export interface Ran {
  readonly code: number | 'missing' | 'late';
  readonly stdout: string;
  readonly stderr: string;
}

/** @param env beside this process's own. Never rejects. */
export const runCommand = (
  command: string,
  args: readonly string[],
  { timeoutMs, env }: { readonly timeoutMs: number; readonly env: Readonly<Record<string, string>> },
): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(command, args, { timeout: timeoutMs, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
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
