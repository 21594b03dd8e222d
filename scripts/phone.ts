/**
 * `npm run phone -- …`: what a person's phone does, over plain HTTP and without a line of the product's own code, so that it proves
 * the contract and not our reading of it. Each run signs in, does one thing, watches what comes of it and prints it as JSON.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const USAGE = `usage: npm run phone -- COMMAND [options]

  pair CODE        bind the desktop that shows this code
  desktops         the desktops that are bound
  login            let the desktop sign in as you (LOGIN_ON_DESKTOP, by a ticket)
  dashboard        let it open the dashboard (OPEN_DESKTOP_DASHBOARD)
  sell             let it sell (EXECUTE_DESKTOP_SELL): --asset-id bitcoin --quantity 0.1, or --amount-usd 100
  request          let it open the form of a sale (REQUEST_DESKTOP_SELL)
  watch ID         what became of a command

  --server URL     the server; without it and the next two they are those of --demo
  --email E        whose phone it is; the password is in PHONE_PASSWORD
  --demo FILE      what npm start wrote (.data/demo.json)
  --desktop ID     which desktop; without it the only one there is
  --ttl SECONDS    how long the command may be carried out (60)
  --no-wait        do not watch it

exit code: 0 done, 1 not done or refused, 2 wrong arguments`;

const OPTIONS = {
  server: { type: 'string' },
  email: { type: 'string' },
  demo: { type: 'string', default: '.data/demo.json' },
  desktop: { type: 'string' },
  'asset-id': { type: 'string' },
  quantity: { type: 'string' },
  'amount-usd': { type: 'string' },
  ttl: { type: 'string', default: '60' },
  'no-wait': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

class UsageFault extends Error {}
/** The server refused; its own words. */
class Refusal extends Error {}

type Json = Readonly<Record<string, unknown>>;
type Ask = (method: string, path: string, body?: Json) => Promise<Json>;
type Values = ReturnType<typeof readArguments>['values'];

export async function main(argv: readonly string[]): Promise<void> {
  try {
    const { values, positionals } = readArguments(argv);
    if (values.help) return console.log(USAGE);
    const outcome = await run(values, positionals);
    console.log(JSON.stringify(outcome));
    if ('status' in outcome && outcome['status'] !== 'ACKNOWLEDGED' && !values['no-wait']) process.exitCode = 1;
  } catch (error) {
    console.error(`phone: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof UsageFault) console.error(USAGE);
    process.exitCode = error instanceof UsageFault ? 2 : 1;
  }
}

function readArguments(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageFault(error instanceof Error ? error.message : String(error));
  }
}

async function run(values: Values, [command, argument]: readonly string[]): Promise<Json> {
  const body = command === undefined ? undefined : COMMANDS[command];
  if (body === undefined) throw new UsageFault(`there is no command "${command ?? ''}"`);
  const { server, email, password } = whoAmI(values);
  const anonymous = client(server);
  const { access_token: token } = await anonymous('POST', '/auth/login', { email, password });
  const ask = client(server, String(token));
  try {
    return await body(ask, values, argument);
  } finally {
    await ask('POST', '/auth/logout', {});
  }
}

const COMMANDS: Readonly<Record<string, (ask: Ask, values: Values, argument?: string) => Promise<Json>>> = {
  pair: (ask, _values, code) => {
    if (code === undefined) throw new UsageFault('pair needs the code that the desktop shows');
    return ask('POST', '/crypto/pairings', { code });
  },
  desktops: (ask) => ask('GET', '/crypto/pairings'),
  login: async (ask, values) => {
    const desktop = await desktopOf(ask, values);
    const { login_ticket } = await ask('POST', '/crypto/login-tickets', { target_device_id: desktop });
    return send(ask, values, desktop, 'LOGIN_ON_DESKTOP', { login_ticket });
  },
  dashboard: async (ask, values) => send(ask, values, await desktopOf(ask, values), 'OPEN_DESKTOP_DASHBOARD', {}),
  sell: async (ask, values) => {
    const { 'asset-id': asset_id, quantity, 'amount-usd': amount_usd } = values;
    if (asset_id === undefined || (quantity === undefined) === (amount_usd === undefined)) {
      throw new UsageFault('sell needs --asset-id, and --quantity or --amount-usd');
    }
    const amount = quantity === undefined ? { amount_usd } : { quantity };
    return send(ask, values, await desktopOf(ask, values), 'EXECUTE_DESKTOP_SELL', { asset_id, ...amount });
  },
  request: async (ask, values) => {
    const suggestion = { preferred_asset_id: values['asset-id'], suggested_quantity: values.quantity };
    return send(ask, values, await desktopOf(ask, values), 'REQUEST_DESKTOP_SELL', suggestion);
  },
  watch: (ask, _values, id) => {
    if (id === undefined) throw new UsageFault('watch needs the id of a command');
    return ask('GET', `/crypto/device-commands/${id}`);
  },
};

async function send(ask: Ask, values: Values, target_device_id: string, action: string, payload: Json): Promise<Json> {
  const ttl_seconds = Number(values.ttl);
  const asked = { action, payload, target_device_id, source_device: 'mobile', source_device_id: 'phone', ttl_seconds };
  let command = await ask('POST', '/crypto/device-commands', asked);
  // The server ends it when its time is over, so the wait does too.
  while (!values['no-wait'] && (command['status'] === 'PENDING' || command['status'] === 'DELIVERED')) {
    await delay(250);
    command = await ask('GET', `/crypto/device-commands/${String(command['id'])}`);
  }
  return command;
}

async function desktopOf(ask: Ask, values: Values): Promise<string> {
  if (values.desktop !== undefined) return values.desktop;
  const { pairings } = (await ask('GET', '/crypto/pairings')) as { pairings: readonly { device_id: string }[] };
  const [only, ...more] = pairings;
  if (only === undefined) throw new Refusal('no desktop is bound yet: pair CODE');
  if (more.length > 0) throw new UsageFault('several desktops are bound: --desktop ID');
  return only.device_id;
}

function whoAmI({ server, email, demo }: Values) {
  const password = process.env['PHONE_PASSWORD'];
  if (server !== undefined && email !== undefined && password !== undefined) return { server, email, password };
  let known: { server: { url: string }; currencyUser: { email: string; password: string } };
  try {
    known = JSON.parse(readFileSync(demo, 'utf8'));
  } catch {
    throw new UsageFault(`${demo} cannot be read; give --server, --email and PHONE_PASSWORD`);
  }
  return {
    server: server ?? known.server.url,
    email: email ?? known.currencyUser.email,
    password: password ?? known.currencyUser.password,
  };
}

const client =
  (server: string, token?: string): Ask =>
  async (method, path, body) => {
    const answer = await fetch(new URL(path, server), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const said = (await answer.json()) as Json;
    if (answer.ok) return said;
    throw new Refusal(`${method} ${path}: ${answer.status} ${String(said['code'])} ${JSON.stringify(said['detail'])}`);
  };
