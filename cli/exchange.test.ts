import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { PASSWORD } from '#server/testing/test-app.ts';
import type { ExchangeToken } from '#shared/exchange/exchange.api.ts';
import {
  addPerson,
  createExchangeServer,
  createWire,
  type ExchangeServerWorld,
  type Person,
  type Wire,
} from '#test/doubles/exchange-world.ts';
import { loadExchangeConfig } from './exchange.config.ts';
import { main } from './prilavok.ts';

const ROOT = join(import.meta.dirname, '..');
let world: ExchangeServerWorld;
let wire: Wire;
let person: Person;
let folder: string;
beforeAll(async () => {
  world = await createExchangeServer();
  wire = await createWire(world.url);
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-currency-'));
  person = await addPerson(world);
  wire.cut = () => undefined;
  wire.seen.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(async () => {
  await wire.close();
  await world.close();
});

const environment = () => ({ KURSACH_API_BASE_URL: wire.url, KURSACH_DEVICE_ID: 'pc-1', KURSACH_PASSWORD: PASSWORD });

/** The command as a person gives it; `answers` are what he says when asked. */
async function prilavok(line: string, options: { answers?: string[]; env?: Record<string, string> } = {}) {
  const said: string[] = [];
  const complained: string[] = [];
  const answers = [...(options.answers ?? [])];
  const asked: string[] = [];
  process.exitCode = undefined;
  await main(
    [...line.split(' '), '--data-dir', folder],
    { ...environment(), ...options.env },
    {
      print: (text) => void said.push(text),
      complain: (text) => void complained.push(text),
      askSecret: async () => undefined,
      ask: async (question) => {
        asked.push(question);
        return answers.shift();
      },
    },
  );
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return { code, said: said.join('\n'), complained: complained.join('\n'), asked };
}
const login = () => prilavok(`login --email ${person.email}`);

test('AC-01 status without a token says where, who and that there is none, and asks the server nothing', async () => {
  const { code, said } = await prilavok('status');
  expect(code).toBe(0);
  expect(said).toMatch(new RegExp(`API URL: +${wire.url}`));
  expect(said).toMatch(/Device id: +pc-1/);
  expect(said).toMatch(/Token stored: +no/);
  expect(wire.seen).toEqual([]);
  expect(JSON.parse((await prilavok('status --json')).said)).toMatchObject({ tokenStored: false, deviceId: 'pc-1' });
});

test('AC-02 a right pair is kept sealed; a wrong one is refused, and nothing is kept', async () => {
  const wrong = await prilavok(`login --email ${person.email}`, { env: { KURSACH_PASSWORD: 'not it at all' } });
  expect(wrong).toMatchObject({ code: 1, said: '' });
  expect(wrong.complained).toContain('Incorrect email or password');
  expect((await prilavok('status')).said).toMatch(/Token stored: +no/);
  expect((await login()).code).toBe(0);
  const status = await prilavok('status');
  expect(status.said).toMatch(/Token stored: +yes/);
  const { access_token: sample } = await person.call<ExchangeToken>('POST', '/auth/login', {
    email: person.email,
    password: PASSWORD,
  });
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'latin1');
    // Tokens of one server begin alike: none of them is in any file.
    expect(text).not.toContain(sample.slice(0, 20));
    expect(text).not.toContain(PASSWORD);
  }
});

test('AC-03 the dashboard is two questions and says what was gained; without a token not one', async () => {
  const refused = await prilavok('dashboard');
  expect(refused.code).toBe(1);
  expect(refused.complained).toContain('prilavok login');
  expect(wire.seen).toEqual([]);
  await login();
  wire.seen.length = 0;
  const { code, said } = await prilavok('dashboard');
  expect(code).toBe(0);
  expect(wire.seen.toSorted()).toEqual(['GET /crypto/dashboard', 'GET /crypto/sell/overview']);
  for (const part of ['31000.00', '1 holding', '+10000.00', '50.00 %']) expect(said).toContain(part);
});

test('AC-06 execute shows the preview, asks, and sells on yes; on no nothing is sent', async () => {
  await login();
  const no = await prilavok('sell execute --asset-id bitcoin --quantity 0.25', { answers: ['n'] });
  expect(no).toMatchObject({ code: 0, said: 'Nothing was sold.' });
  expect(wire.seen).not.toContain('POST /crypto/sell');
  const yes = await prilavok('sell execute --asset-id bitcoin --quantity 0.25', { answers: ['y'] });
  expect(yes.code).toBe(0);
  expect(yes.complained).toContain('15000.00');
  for (const part of ['Received 15000.00', '+5000.00', '16000.00', '0.25 BTC are left'])
    expect(yes.said).toContain(part);
  expect(await person.sales()).toHaveLength(1);
  const listed = await prilavok('transactions');
  expect(listed.said).toContain('SELL');
});

test('AC-07 --skip-preview asks neither the server for a preview nor anybody, and sells', async () => {
  await login();
  const { code, said, asked } = await prilavok('sell execute --asset-id bitcoin --quantity 0.1 --skip-preview --json');
  expect(code).toBe(0);
  expect(asked).toEqual([]);
  expect(wire.seen).not.toContain('POST /crypto/sell/preview');
  expect(JSON.parse(said)).toMatchObject({ quantity: '0.1', unitPrice: '60000', receivedMinor: 600_000 });
});

test('a sale whose answer is lost is asked after by its key, and made once', async () => {
  await login();
  wire.cut = (call) => (call === 'POST /crypto/sell' ? 'no_answer' : undefined);
  const lost = await prilavok('sell execute --asset-id bitcoin --quantity 0.1 --yes');
  expect(lost.code).toBe(1);
  const [, key] = /--key (\S+)/.exec(lost.complained) ?? [];
  wire.cut = () => undefined;
  const told = await prilavok(`sell execute --asset-id bitcoin --quantity 0.1 --skip-preview --key ${key}`);
  expect(told.said).toContain('Received 6000.00');
  expect(await person.sales()).toHaveLength(1);
});

test('a wrong command is told apart from a refused one', async () => {
  for (const line of [
    'sell execute --asset-id bitcoin',
    'sell execute --asset-id bitcoin --quantity abc',
    'sell execute --asset-id bitcoin --quantity 0',
    'sell preview --asset-id bitcoin --quantity 1 --all',
    'poll --auto-confirm --ask-before-sell',
    'poll --interval 0',
    'transactions --yes',
  ]) {
    expect([line, (await prilavok(line)).code]).toEqual([line, 2]);
  }
  await login();
  const tooMuch = await prilavok('sell preview --asset-id bitcoin --quantity 0.6');
  expect(tooMuch.code).toBe(1);
  expect(tooMuch.complained).toContain('exchange.quantity_exceeds_available');
});

test('AC-16 poll asks in the terminal and sells on yes', async () => {
  await login();
  const { id } = await person.send({ action: 'EXECUTE_DESKTOP_SELL', payload: { asset_id: 'bitcoin', quantity: 0.1 } });
  const { code, said, complained } = await prilavok('poll --once', { answers: ['y'] });
  expect(code).toBe(0);
  expect(complained).toContain(`EXECUTE_DESKTOP_SELL ${id}`);
  expect(complained).toContain('6000.00 USD');
  expect(said).toContain(`${id}: ACKNOWLEDGED`);
  expect(await person.command(id)).toMatchObject({ status: 'ACKNOWLEDGED' });
});

test('AC-24 poll prints the dashboard that a phone asks for, one line of JSON for each thing that happens', async () => {
  await login();
  await person.send({ action: 'OPEN_DESKTOP_DASHBOARD' });
  const { id } = await person.send({ action: 'FORMAT\u001b[2J_DISK', payload: { login_ticket: 'secret', size: 1 } });
  const { said, complained } = await prilavok('poll --once --json');
  const lines = said.split('\n').map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    { dashboard: { value: { balanceMinor: 3_100_000 } }, overview: { value: { holdings: [{ assetId: 'bitcoin' }] } } },
    { action: 'OPEN_DESKTOP_DASHBOARD', outcome: 'ACKNOWLEDGED' },
    { id, outcome: 'FAILED', reason: 'UNSUPPORTED_ACTION' },
  ]);
  expect(complained).toContain(`FORMAT?[2J_DISK ${id} {"size":1}`);
  await person.send({ action: 'OPEN_DESKTOP_DASHBOARD' });
  expect((await prilavok('poll --once')).said).toContain('31000.00');
});

test('AC-26 AC-27 poll says that the server is gone and is back; when the session is over it ends, and says what to do', async () => {
  await login();
  const complained: string[] = [];
  const heard = (text: string) => vi.waitFor(() => expect(complained).toContainEqual(expect.stringContaining(text)));
  wire.cut = () => 'unreachable';
  const terminal = {
    print: () => undefined,
    complain: (text: string) => void complained.push(text),
    ask: async () => undefined,
    askSecret: async () => undefined,
  };
  const polling = main(['poll', '--interval', '1', '--data-dir', folder], environment(), terminal);
  await heard('does not answer');
  wire.cut = () => undefined;
  await vi.waitFor(() => expect(complained).toContainEqual(expect.stringContaining('answers again')), 5000);
  await world.app.db.execute('UPDATE exchange_sessions SET revoked_at = 1');
  await polling;
  expect(process.exitCode).toBe(1);
  process.exitCode = undefined;
  expect(complained.at(-1)).toContain('prilavok login');
});

const EXECUTE = ['sell', 'execute', '--asset-id', 'bitcoin', '--quantity', '0.01'];
test.each([
  ['n', 0, 'Nothing was sold', 0],
  ['y', 0, 'Received 600.00', 1],
  ['', 1, '--yes sells without a question', 0],
] as const)('AC-06 "%s" out of a pipe is an answer', async (answer, code, expected, sales) => {
  await login();
  const child = spawn(process.execPath, ['scripts/run.mjs', 'cli/prilavok.ts', ...EXECUTE, '--data-dir', folder], {
    cwd: ROOT,
    env: { ...process.env, ...environment() },
    stdio: 'pipe',
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => void said.push(String(chunk)));
  // Left open after an answer, as a pipe of another program is: the command ends all the same.
  if (answer === '') child.stdin.end();
  else child.stdin.write(`${answer}\n`);
  const [ended] = await once(child, 'close');
  expect([ended, said.join('')]).toEqual([code, expect.stringContaining(expected)]);
  expect(await person.sales()).toHaveLength(sales);
});

test('AC-25 logout with the server gone forgets the token here, with a warning', async () => {
  await login();
  wire.cut = () => 'unreachable';
  const { code, complained } = await prilavok('logout');
  expect(code).toBe(0);
  expect(complained).toContain('Warning');
  expect((await prilavok('status')).said).toMatch(/Token stored: +no/);
});

test('AC-29 the environment wins over the file, what makes no sense in it is ignored with a warning, a broken file is named', async () => {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ poll_interval_seconds: 5, auto_confirm_sales: false }));
  const warnings: string[] = [];
  const load = (env: Record<string, string>) =>
    loadExchangeConfig({ file, isNamed: true, env, warn: (text) => void warnings.push(text) });
  expect(load({})).toMatchObject({ poll_interval_seconds: 5, auto_confirm_sales: false, verify_ssl: true });
  expect(load({ KURSACH_POLL_INTERVAL: '7' }).poll_interval_seconds).toBe(7);
  expect(load({ KURSACH_POLL_INTERVAL: '1', KURSACH_AUTO_CONFIRM: '1' })).toMatchObject({
    poll_interval_seconds: 1,
    auto_confirm_sales: true,
  });
  expect(warnings).toEqual([]);
  expect(load({ KURSACH_AUTO_CONFIRM: 'maybe' }).auto_confirm_sales).toBe(false);
  expect(warnings).toEqual([expect.stringContaining('KURSACH_AUTO_CONFIRM')]);
  // Whoever listens on the way must not read a token, whatever the file says.
  const abroad = { KURSACH_VERIFY_SSL: 'false', KURSACH_API_BASE_URL: 'https://example.com' };
  expect(load(abroad).verify_ssl).toBe(true);
  expect(load({ ...abroad, KURSACH_API_BASE_URL: 'https://localhost:8443' }).verify_ssl).toBe(false);
  writeFileSync(file, '{ "poll_interval_seconds": ');
  const broken = await prilavok(`status --config ${file}`);
  expect(broken.code).toBe(1);
  expect(broken.complained).toContain(file);
});

/** The command as a process of its own, which can be killed. */
const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [join(ROOT, 'scripts/run.mjs'), 'cli/prilavok.ts', ...args, '--data-dir', folder], {
    cwd: ROOT,
    env: { ...process.env, ...environment() },
    stdio: 'ignore',
  });

test.each([
  ['after the server sold', 'POST /crypto/sell', 'no_answer'],
  ['before its ack arrived', 'ack', 'unreachable'],
] as const)('AC-19 a process killed %s: after the next start the phone hears of one sale', async (_when, at, cut) => {
  await login();
  const { id } = await person.send({
    action: 'EXECUTE_DESKTOP_SELL',
    payload: { asset_id: 'bitcoin', quantity: 0.005 },
    ttl_seconds: 600,
  });
  const killed = start('poll', '--once', '--auto-confirm');
  wire.cut = (call) => {
    if (!call.endsWith(at)) return undefined;
    wire.cut = () => undefined;
    killed.kill('SIGKILL');
    return cut;
  };
  const [, signal] = await once(killed, 'exit');
  expect(signal).toBe('SIGKILL');
  expect(await person.sales()).toHaveLength(1);
  expect(await person.command(id)).toMatchObject({ status: 'DELIVERED' });
  world.app.clock.now += 61_000;
  const { code, said } = await prilavok('poll --once');
  expect(code).toBe(0);
  expect(await person.command(id)).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(await person.sales()).toHaveLength(1);
  if (at === 'POST /crypto/sell') expect(said).toContain(`${id}: ACKNOWLEDGED`);
});
