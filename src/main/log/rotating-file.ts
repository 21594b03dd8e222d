/**
 * A file of lines that stays small: at its limit it becomes `.1`, the one before it `.2`, and the oldest goes. Each line
 * is one write call before the caller goes on, so what was logged before a crash is in the file after it.
 */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

export interface LineFile {
  /** `line` has no newline of its own. */
  write(line: string): void;
  close(): void;
}

export interface RotationLimits {
  readonly maxBytes: number;
  /** How many files in all, the current one included. */
  readonly files: number;
}

export function openRotatingFile(file: string, limits: RotationLimits): LineFile {
  const open = () => openSync(file, 'a', 0o600);
  let descriptor = open();
  let size = fstatSync(descriptor).size;

  const rotate = () => {
    closeSync(descriptor);
    rmSync(`${file}.${limits.files - 1}`, { force: true });
    for (let n = limits.files - 2; n >= 0; n -= 1) renameIfThere(n === 0 ? file : `${file}.${n}`, `${file}.${n + 1}`);
    descriptor = open();
    size = 0;
  };

  return {
    write: (line) => {
      const bytes = Buffer.from(`${line}\n`);
      if (size > 0 && size + bytes.length > limits.maxBytes) rotate();
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
      size += bytes.length;
    },
    close: () => closeSync(descriptor),
  };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
