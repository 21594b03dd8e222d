/**
 * How long after a phone has sent a command the desk shows it, with its price: a whole shop of real processes, one clock. From
 * the phone's request to the answer of the core that a screen draws the dialog from.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedDevice, connectDevice } from '#cli/device-client.ts';
import { loginOf, staffOf } from '../scripts/demo-data.ts';
import { FREE_PORTS, startWorld, type World } from '../scripts/world.ts';
import { ms, quantile, type Table } from './table.ts';

const HINTED = Number(process.env['BENCH_COMMANDS'] ?? 200);
const POLLED = Number(process.env['BENCH_POLLED'] ?? 20);
const WARM_UP = 5;
/** A command that is not shown by then is lost. */
const LOST_MS = 20_000;

type Phone = <T>(method: string, path: string, body: object) => Promise<T>;

export async function run(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-bench-'));
  const world = await startWorld({ dataDir: folder, ports: FREE_PORTS, serverEnv: { RATE_FACTOR: '1000' } });
  const desk = await connectDevice(world.device('cashier').ready.url);
  try {
    const phone = await signIn(world, desk);
    await desk.rpc.exchange.startListening();
    // Nobody is paired with this desk yet: it gets no hint, and finds commands by asking.
    const polled = await measure(desk, phone, POLLED, true);
    const { code } = await desk.rpc.exchange.pair();
    await phone('POST', '/crypto/pairings', { code });
    await measure(desk, phone, WARM_UP, false);
    const hinted = await measure(desk, phone, HINTED, false);
    const row = (name: string, samples: readonly number[], bar: string): string[] => [
      name,
      `${samples.length}`,
      ...[0.5, 0.95, 0.99, 1].map((share) => ms(quantile(samples, share))),
      bar,
    ];
    return {
      title: 'A command of a phone, until the desk shows it',
      how:
        'Commands to sell, one after another, each rejected once it was shown: from the request of the phone to the answer of the core ' +
        'that has the dialog with its price in it. Server and cashier are processes of one machine, over loopback; the embedded database.',
      columns: ['', 'samples', 'p50', 'p95', 'p99', 'max', 'bar'],
      rows: [row('by the hint on the live line', hinted, '1 s p99'), row('by asking every 5 s', polled, '5 s')],
    };
  } finally {
    desk.close();
    await world.stop();
    rmSync(folder, { recursive: true });
  }
}

async function signIn(world: World, { rpc }: ConnectedDevice): Promise<Phone> {
  const supervisor = staffOf(world.access, 'supervisor');
  const member = (await rpc.staff.list()).find(({ name }) => name === supervisor.name);
  if (member === undefined) throw new Error('the till does not know its supervisor');
  await rpc.staff.signIn({ memberId: member.id, pin: supervisor.pin });
  const { email, password } = loginOf(world.access, 'cashier');
  const login = { email, password };
  await rpc.exchange.signIn(login);
  const { access_token: token } = await call<{ access_token: string }>(world, 'POST', '/auth/login', login);
  return (method, path, body) => call(world, method, path, body, token);
}

async function call<T>(world: World, method: string, path: string, body: object, token?: string): Promise<T> {
  const answer = await fetch(`${world.serverUrl}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the phone was refused ${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** @param isSpread sends at any moment of the interval between two polls. */
async function measure(desk: ConnectedDevice, phone: Phone, count: number, isSpread: boolean): Promise<number[]> {
  const { rpc } = desk;
  const samples: number[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    if (isSpread) await new Promise((wake) => setTimeout(wake, (nth * 5000) / count));
    const changes = await rpc.device.changes();
    const from = performance.now();
    const { id } = await phone<{ id: string }>('POST', '/crypto/device-commands', {
      action: 'EXECUTE_DESKTOP_SELL',
      payload: { asset_id: 'bitcoin', quantity: '0.01' },
    });
    for await (const { collection } of changes) {
      if (collection === 'exchange' && (await rpc.exchange.state()).incoming?.id === id) break;
      if (performance.now() - from > LOST_MS) throw new Error(`command ${id} is not shown`);
    }
    samples.push(performance.now() - from);
    await changes.return();
    await rpc.exchange.reject({ id });
    while ((await rpc.exchange.state()).handled[0]?.isTold !== true) await new Promise((wake) => setTimeout(wake, 5));
  }
  return samples;
}
