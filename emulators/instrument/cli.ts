/** An emulator as a process of its own: its arguments, the line that says it is ready, its end. */
import { onStopSignal } from '#node/stop-signal.ts';

/** Bad use, a taken port, a foreign file: one line and exit code 2. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** What a person typed wrong becomes one line instead of a stack. */
export function readArguments<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new CannotStart(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readPort(option: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new CannotStart(`--${option} is "${text}", allowed: 0 to 65535 (0 takes a free one)`);
}

/** The instrument's own port, and that of its page or control: the next one unless `second` names it. */
export function readPorts(
  first: string,
  [option, second]: readonly [option: string, text: string | undefined],
): readonly [number, number] {
  const port = readPort('port', first);
  return [port, readPort(option, second ?? String(port === 0 ? 0 : port + 1))];
}

export function readName<K extends string>(option: string, text: string, known: Readonly<Record<K, unknown>>): K {
  if (Object.hasOwn(known, text)) return text as K;
  throw new CannotStart(`--${option} is "${text}", allowed: ${Object.keys(known).join(', ')}`);
}

export interface Running {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Says that it serves, and stops it when the process is asked to end. */
export function announce({ url, port, stop }: Running): void {
  onStopSignal({ stop: () => void stop().then(() => process.exit(0)), hurry: () => process.exit(1) });
  console.log(JSON.stringify({ ready: true, url, port }));
}

/** Ends the process with code 2 and one line when `run` cannot start. */
export async function runProgram(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof CannotStart) && code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const hint = code === undefined ? '' : ': choose another port';
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}${hint}`);
    process.exit(2);
  }
}
