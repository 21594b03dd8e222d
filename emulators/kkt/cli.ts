/** `npm run emulator:kkt`: an emulated cash register as a process of its own, or a word to one that runs. */
import { parseArgs } from 'node:util';
import { announce, CannotStart, readArguments, readPorts, runProgram } from '../instrument/cli.ts';
import { CONTROL_USAGE, ControlRefused, control, isControl } from './control.ts';
import { StateFileError } from './lock.ts';
import { type RegisterOptions, startRegister } from './register.ts';

const USAGE = `usage: npm run emulator:kkt -- --state FILE [--port 5555] [--page-port PORT+1] [--version 10.10.8.0] [--fn-serial N]
                              [--time-zone ZONE] [--clock-offset SECONDS]
   or: npm run emulator:kkt -- COMMAND: a word to a register that runs; PAGE is the port or the address of its page
       ${CONTROL_USAGE}`;

const readOptions = (argv: readonly string[]) =>
  parseArgs({
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

/** The register that the words describe. Throws CannotStart. */
function readRegister(values: ReturnType<typeof readOptions>): RegisterOptions {
  const { state: stateFile, 'fn-serial': fnSerial, 'time-zone': timeZone, 'clock-offset': clockOffset } = values;
  if (stateFile === undefined || stateFile === '') {
    throw new CannotStart('--state is missing, allowed: a path to the state file (made when absent)');
  }
  const [port, pagePort] = readPorts(values.port, ['page-port', values['page-port']]);
  const version = matching('version', values.version, /^\d+\.\d+\.\d+\.\d+$/, 'four numbers, as 10.10.8.0');
  if (fnSerial !== undefined) matching('fn-serial', fnSerial, /^\d{16}$/, '16 digits');
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new CannotStart(`--time-zone is "${timeZone}", allowed: an IANA zone, as Europe/Moscow`);
  }
  if (clockOffset !== undefined) matching('clock-offset', clockOffset, /^-?\d{1,8}$/, 'seconds, as 7200 or -60');
  return {
    port,
    pagePort,
    stateFile,
    version,
    ...(fnSerial === undefined ? {} : { fnSerial }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(clockOffset === undefined ? {} : { clockOffsetMs: Number(clockOffset) * 1000 }),
    now: Date.now,
    onKill: () => process.kill(process.pid, 'SIGKILL'),
  };
}

async function run(argv: readonly string[]): Promise<void> {
  if (isControl(argv[0])) {
    console.log(await control(argv));
    return;
  }
  const values = readArguments(() => readOptions(argv));
  if (values.help) {
    console.log(USAGE);
    return;
  }
  announce(await startRegister(readRegister(values)));
}

/** @param argv arguments after the program's name. */
export const main = (argv: readonly string[]): Promise<void> =>
  runProgram('emulator:kkt', () =>
    run(argv).catch((error: unknown) => {
      if (error instanceof StateFileError) throw new CannotStart(error.message, { cause: error });
      if (!(error instanceof ControlRefused)) throw error;
      console.error(`emulator:kkt: ${error.message}`);
      process.exit(1);
    }),
  );

// Both ways are in use: `scripts/run.mjs` imports this file, tests and benches start it as a program.
if (import.meta.main) await main(process.argv.slice(2));
