/** `npm run emulator:gauge`: an emulated thickness gauge; `POST /probe {"micrometres":118}` on its control port measures. */
import { parseArgs } from 'node:util';
import { startGauge } from './emulator.ts';

const USAGE = 'usage: npm run emulator:gauge -- [--port 35100] [--control-port PORT+1]';

class CannotStart extends Error {}

function readPort(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new CannotStart(`--${name} is "${text}", allowed: 0 to 65535 (0 takes a free one)`);
}

function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string', default: '35100' },
        'control-port': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new CannotStart(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function run(argv: readonly string[]): Promise<void> {
  const values = readOptions(argv);
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const port = readPort('port', values.port);
  const controlPort = readPort('control-port', values['control-port'] ?? String(port === 0 ? 0 : port + 1));
  const gauge = await startGauge({ port, controlPort });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void gauge.stop().then(() => process.exit(0)));
  }
  console.log(JSON.stringify({ ready: true, url: `http://127.0.0.1:${gauge.controlPort}`, port: gauge.port }));
}

/** @param argv arguments after the program's name. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await run(argv);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof CannotStart) && code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    console.error(`emulator:gauge: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}

// Both ways are in use: `scripts/run.mjs` imports this file, tests start it as a program.
if (import.meta.main) await main(process.argv.slice(2));
