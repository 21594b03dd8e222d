/** `npm run emulator:yookassa`: an emulated payment provider; its control port makes payers pay and things go wrong. */
import { parseArgs } from 'node:util';
import { announce, readArguments, readPorts, runProgram } from '../instrument/cli.ts';
import { startYooKassa } from './emulator.ts';

const USAGE =
  'usage: npm run emulator:yookassa -- [--port 35200] [--control-port PORT+1] [--shop-id 100500] [--secret-key test_demo] [--webhook-url URL]';

const readOptions = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '35200' },
      'control-port': { type: 'string' },
      'shop-id': { type: 'string', default: '100500' },
      'secret-key': { type: 'string', default: 'test_demo' },
      'webhook-url': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;

/** @param argv arguments after the program's name. */
export const main = (argv: readonly string[]): Promise<void> =>
  runProgram('emulator:yookassa', async () => {
    const values = readArguments(() => readOptions(argv));
    if (values.help) {
      console.log(USAGE);
      return;
    }
    const [port, controlPort] = readPorts(values.port, ['control-port', values['control-port']]);
    announce(
      await startYooKassa({
        port,
        controlPort,
        shopId: values['shop-id'],
        secretKey: values['secret-key'],
        webhookUrl: values['webhook-url'],
      }),
    );
  });

// Both ways are in use: `scripts/run.mjs` imports this file, tests start it as a program.
if (import.meta.main) await main(process.argv.slice(2));
