/** The paper: slips as text, kept beside the state so that a restart does not lose the roll. */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

export interface Slip {
  readonly id: number;
  /** Unix ms. */
  readonly at: number;
  readonly lines: readonly string[];
  /** The fiscal QR text printed under it. */
  readonly qr?: string;
}

export interface Tape {
  print(slip: Omit<Slip, 'id'>): void;
  /** The last ones, oldest first. */
  slips(): readonly Slip[];
  onPrint(listener: (slip: Slip) => void): () => void;
  close(): void;
}

const KEPT = 300;

/** Paper is no proof of anything: it is appended without a sync, and a torn last line is thrown away. */
function readSlips(file: string): Slip[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1).slice(-KEPT);
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Slip];
    } catch {
      return [];
    }
  });
}

export function openTape(file: string): Tape {
  const slips = readSlips(file);
  const fd = openSync(file, 'a');
  const listeners = new Set<(slip: Slip) => void>();
  let nextId = (slips.at(-1)?.id ?? 0) + 1;
  return {
    print(printed) {
      const slip: Slip = { id: nextId++, ...printed };
      writeSync(fd, `${JSON.stringify(slip)}\n`);
      slips.push(slip);
      if (slips.length > KEPT) slips.shift();
      for (const listener of listeners) listener(slip);
    },
    slips: () => slips,
    onPrint(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => closeSync(fd),
  };
}
