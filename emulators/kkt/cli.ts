/** `npm run emulator:kkt`: an emulated cash register as a process of its own, or a word to one that runs. */
import { parseArgs } from 'node:util';
import { BadControl, CONTROL_USAGE, ControlRefused, control, isControl } from './control.ts';
import { StateFileError } from './lock.ts';
import { startRegister } from './register.ts';

const USAGE = `usage: npm run emulator:kkt -- --state FILE [--port 5555] [--page-port PORT+1] [--version 10.10.8.0] [--fn-serial N]
                              [--time-zone ZONE] [--clock-offset SECONDS]
   or: npm run emulator:kkt -- COMMAND: a word to a register that runs; PAGE is the port or the address of its page
       ${CONTROL_USAGE}`;

/** Bad use, a taken port, a foreign file: one line and exit code 2. */
class CannotStart extends Error {}

function readOptions(argv: readonly string[]): Record<string, string | boolean | undefined> {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        state: { type: 'string' },
        port: { type: 'string', default: '5555' },
        'page-port': { type: 'string' },
        version: { type: 'string', default: '10.10.8.0' },
        'fn-serial': { type: 'string' },
        'time-zone': { type: 'string' },
        'clock-offset': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new CannotStart(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function port(name: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65535) return value;
  throw new CannotStart(`--${name} is "${text}", allowed: 0 to 65535 (0 takes a free one)`);
}

function matching(name: string, text: string, pattern: RegExp, allowed: string): string {
  if (pattern.test(text)) return text;
  throw new CannotStart(`--${name} is "${text}", allowed: ${allowed}`);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

async function run(argv: readonly string[]): Promise<void> {
  if (isControl(argv[0])) {
    console.log(await control(argv));
    return;
  }
  const values = readOptions(argv);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  if (values['help'] === true) {
    console.log(USAGE);
    return;
  }
  const stateFile = text('state');
  if (stateFile === undefined || stateFile === '') {
    throw new CannotStart('--state is missing, allowed: a path to the state file (made when absent)');
  }
  const driverPort = port('port', text('port') ?? '');
  const pagePort = port('page-port', text('page-port') ?? String(driverPort === 0 ? 0 : driverPort + 1));
  const version = matching('version', text('version') ?? '', /^\d+\.\d+\.\d+\.\d+$/, 'four numbers, as 10.10.8.0');
  const fnSerial = text('fn-serial');
  if (fnSerial !== undefined) matching('fn-serial', fnSerial, /^\d{16}$/, '16 digits');
  const timeZone = text('time-zone');
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new CannotStart(`--time-zone is "${timeZone}", allowed: an IANA zone, as Europe/Moscow`);
  }
  const clockOffset = text('clock-offset');
  if (clockOffset !== undefined) matching('clock-offset', clockOffset, /^-?\d{1,8}$/, 'seconds, as 7200 or -60');

  const register = await startRegister({
    port: driverPort,
    pagePort,
    stateFile,
    version,
    ...(fnSerial === undefined ? {} : { fnSerial }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(clockOffset === undefined ? {} : { clockOffsetMs: Number(clockOffset) * 1000 }),
    now: Date.now,
    onKill: () => process.kill(process.pid, 'SIGKILL'),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void register.stop().then(() => process.exit(0)));
  }
  console.log(JSON.stringify({ ready: true, url: register.url, port: register.port }));
}

/** @param argv arguments after the program's name. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await run(argv);
  } catch (error) {
    if (error instanceof ControlRefused) {
      console.error(`emulator:kkt: ${error.message}`);
      process.exit(1);
    }
    const { code } = error as NodeJS.ErrnoException;
    const known = error instanceof CannotStart || error instanceof BadControl || error instanceof StateFileError;
    if (!known && code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const hint = code === undefined ? '' : ': choose another with --port or --page-port';
    console.error(`emulator:kkt: ${error instanceof Error ? error.message : String(error)}${hint}`);
    process.exit(2);
  }
}

// Both ways are in use: `scripts/run.mjs` imports this file, tests and benches start it as a program.
if (import.meta.main) await main(process.argv.slice(2));
