/** `npm run emulator:elm327`: an emulated OBD adapter as a process of its own. */
import { parseArgs } from 'node:util';
import { announce, readArguments, readName, readPorts, runProgram } from '../instrument/cli.ts';
import { ADAPTERS, type AdapterName } from './adapters.ts';
import { CARS, type CarName } from './cars.ts';
import { startElm } from './emulator.ts';

const USAGE = `usage: npm run emulator:elm327 -- [--port 35000] [--control-port PORT+1] [--car NAME] [--adapter NAME]
       cars: ${Object.keys(CARS).join(' ')}
       adapters: ${Object.keys(ADAPTERS).join(' ')}
       while it runs: GET or POST /state on the control port, as {"car":"faulty","adapter":"drops"}`;

const readOptions = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '35000' },
      'control-port': { type: 'string' },
      car: { type: 'string', default: 'clean' },
      adapter: { type: 'string', default: 'honest' },
      help: { type: 'boolean', default: false },
    },
  }).values;

/** @param argv arguments after the program's name. */
export const main = (argv: readonly string[]): Promise<void> =>
  runProgram('emulator:elm327', async () => {
    const values = readArguments(() => readOptions(argv));
    if (values.help) {
      console.log(USAGE);
      return;
    }
    const [port, controlPort] = readPorts(values.port, ['control-port', values['control-port']]);
    const car = readName<CarName>('car', values.car, CARS);
    const adapter = readName<AdapterName>('adapter', values.adapter, ADAPTERS);
    announce(await startElm({ port, controlPort, car, adapter }));
  });

// Both ways are in use: `scripts/run.mjs` imports this file, tests start it as a program.
if (import.meta.main) await main(process.argv.slice(2));
