/** `npm run emulator:gauge`: an emulated thickness gauge; `POST /probe {"micrometres":118}` on its control port measures. */
import { parseArgs } from 'node:util';
import { announce, readArguments, readPorts, runProgram } from '../instrument/cli.ts';
import { startGauge } from './emulator.ts';

const USAGE = 'usage: npm run emulator:gauge -- [--port 35100] [--control-port PORT+1]';

const readOptions = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '35100' },
      'control-port': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;

/** @param argv arguments after the program's name. */
export const main = (argv: readonly string[]): Promise<void> =>
  runProgram('emulator:gauge', async () => {
    const values = readArguments(() => readOptions(argv));
    if (values.help) {
      console.log(USAGE);
      return;
    }
    const [port, controlPort] = readPorts(values.port, ['control-port', values['control-port']]);
    announce(await startGauge({ port, controlPort }));
  });

// Both ways are in use: `scripts/run.mjs` imports this file, tests start it as a program.
if (import.meta.main) await main(process.argv.slice(2));
