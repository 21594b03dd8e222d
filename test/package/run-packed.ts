/**
 * Runs a packed program under plain Node, with the double where Electron would be: the bundle, the device core, the database and
 * its migrations, the natives and the door for pages are the real ones. Says what happened as JSON on standard output.
 *
 *     node test/package/run-packed.ts <folder of the extracted archive> <folder for data> [arguments of the program]
 */
import { createRequire, isBuiltin, registerHooks } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import { PORT_CHANNEL } from '#shared/rpc/port.ts';
import { electronDouble, ipcEvent, portPair } from '../security/electron-double.ts';

const [folder = '', data = '', ...args] = process.argv.slice(2);
const double = electronDouble({ packaged: true });
const errors: string[] = [];
/** Packages that the program asked for while it ran. */
const required = new Set<string>();
const bundle = join(folder, '.vite', 'build', 'main.cjs');

Object.assign(globalThis, {
  electronDouble: {
    ...double.electron,
    app: { ...double.electron.app, getAppPath: () => folder, getPath: () => data, getVersion: () => '0.0.0-test' },
    dialog: { showErrorBox: (title: string, content: string) => errors.push(`${title}: ${content}`) },
  },
});
registerHooks({
  resolve: (name, context, next) => {
    const isOurs = context.parentURL === pathToFileURL(bundle).href;
    if (isOurs && !isBuiltin(name)) required.add(name);
    return name === 'electron'
      ? { url: 'electron:double', format: 'commonjs', shortCircuit: true }
      : next(name, context);
  },
  load: (url, context, next) =>
    url === 'electron:double'
      ? { format: 'commonjs', source: 'module.exports = globalThis.electronDouble;', shortCircuit: true }
      : next(url, context),
});

/** Resolves when `done` gives something; the test's own time limit is the only other end. */
async function until<T>(done: () => T | undefined): Promise<T> {
  for (;;) {
    const value = done();
    if (value !== undefined) return value;
    await sleep(10);
  }
}

process.argv = ['prilavok', ...args];
createRequire(import.meta.url)(bundle);
const said = await until(() => {
  const window = double.windows.find(({ loaded }) => loaded.length > 0);
  return window === undefined && double.exits.length === 0 ? undefined : { window };
});
const loaded = said.window?.loaded[0];
const page = loaded && (await double.handlers.page?.(new Request(loaded)));

let info: unknown;
if (said.window && loaded && !loaded.endsWith('/failure')) {
  const { page: port, main } = portPair();
  double.ipc.emit(PORT_CHANNEL, ipcEvent(said.window.contents.id, { url: loaded }, [main]));
  const client: DeviceClient = createORPCClient(new RPCLink({ port: port as never }));
  info = await client.device.info();
  port.close();
}
// A kiosk's window does not close for a person, so it is the system that shuts down.
double.power.emit('shutdown');
const exit = await until(() => double.exits[0]);
const result = {
  loaded,
  page: page && (await page.text()),
  info,
  exit,
  errors,
  required: [...required],
  calls: double.calls,
};
process.stdout.write(JSON.stringify(result), () => process.exit(0));
