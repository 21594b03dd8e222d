/** `npm run emulator:elm327`: an emulated OBD adapter as a process of its own. */
import { parseArgs } from 'node:util';
import { ADAPTERS, type AdapterName } from './adapters.ts';
import { CARS, type CarName } from './cars.ts';
import { startElm } from './emulator.ts';

const USAGE = `usage: npm run emulator:elm327 -- [--port 35000] [--control-port PORT+1] [--car NAME] [--adapter NAME]
       cars: ${Object.keys(CARS).join(' ')}
       adapters: ${Object.keys(ADAPTERS).join(' ')}
       while it runs: GET or POST /state on the control port, as {"car":"faulty","adapter":"drops"}`;

class CannotStart extends Error {}

function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string', default: '35000' },
        'control-port': { type: 'string' },
        car: { type: 'string', default: 'clean' },
        adapter: { type: 'string', default: 'honest' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new CannotStart(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readPort(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new CannotStart(`--${name} is "${text}", allowed: 0 to 65535 (0 takes a free one)`);
}

function readName<K extends string>(option: string, text: string, known: Readonly<Record<K, unknown>>): K {
  if (Object.hasOwn(known, text)) return text as K;
  throw new CannotStart(`--${option} is "${text}", allowed: ${Object.keys(known).join(', ')}`);
}

async function run(argv: readonly string[]): Promise<void> {
  const values = readOptions(argv);
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const port = readPort('port', values.port);
  const emulator = await startElm({
    port,
    controlPort: readPort('control-port', values['control-port'] ?? String(port === 0 ? 0 : port + 1)),
    car: readName<CarName>('car', values.car, CARS),
    adapter: readName<AdapterName>('adapter', values.adapter, ADAPTERS),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void emulator.stop().then(() => process.exit(0)));
  }
  console.log(JSON.stringify({ ready: true, url: `http://127.0.0.1:${emulator.controlPort}`, port: emulator.port }));
}

/** @param argv arguments after the program's name. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await run(argv);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof CannotStart) && code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    console.error(`emulator:elm327: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}

// Both ways are in use: `scripts/run.mjs` imports this file, tests start it as a program.
if (import.meta.main) await main(process.argv.slice(2));
