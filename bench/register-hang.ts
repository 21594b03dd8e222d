/**
 * Does a till stay a till while its register hangs? A real device process sells ten times a second and answers its screen;
 * its main thread's event loop is measured from inside, with the register at work and while it says nothing for 30 s.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type ConnectedDevice, connectDevice } from '#cli/device-client.ts';
import { ITEMS, makeFirstDay, PIN, SUPERVISOR } from '#test/simulation/fiscal-image.ts';
import { ROOT, type Service, startService, until } from '../scripts/processes.ts';
import { ms, quantile, type Table } from './table.ts';

const HANG_S = 30;
const MEASURED_MS = 28_000;
const PAUSE_MS = 100;

interface Delay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export async function run(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-bench-'));
  await makeFirstDay(join(folder, 'device'));
  const register = await startService({
    name: 'register',
    args: ['emulators/kkt/cli.ts', '--port', '0', '--state', join(folder, 'kkt.json')],
  });
  try {
    const device = await startDevice(folder, Number(register.ready['port']));
    try {
      return await measure(folder, register, device);
    } finally {
      await device.stop();
    }
  } finally {
    await register.stop();
    rmSync(folder, { recursive: true });
  }
}

const startDevice = (folder: string, kktPort: number): Promise<Service> =>
  startService({
    name: 'device',
    args: [
      'src/main/headless.ts',
      '--mode=cashier',
      `--data-dir=${join(folder, 'device')}`,
      '--port=0',
      `--fiscal-library-path=${join(ROOT, 'build/emulator/libfptr10.so')}`,
      '--fiscal-kkt-ip=127.0.0.1',
      `--fiscal-kkt-port=${kktPort}`,
    ],
    env: {
      NODE_OPTIONS: `--import=${pathToFileURL(join(ROOT, 'bench/loop-delay.ts')).href}`,
      LOOP_DELAY_FILE: join(folder, 'delay.json'),
    },
  });

async function measure(folder: string, register: Service, device: Service): Promise<Table> {
  const screen = await connectDevice(device.ready.url);
  await screen.rpc.staff.signIn({ memberId: SUPERVISOR.id, pin: PIN });
  const read = (): Promise<Delay> => readDelay(folder, device.pid);

  await sellFor(screen, 3000);
  await read();
  const atWork = await sellFor(screen, MEASURED_MS);
  const delayAtWork = await read();

  await hang(register);
  await sellFor(screen, 1000);
  await read();
  const hanging = await sellFor(screen, MEASURED_MS - 1000);
  const delayHanging = await read();
  const { state } = await screen.rpc.fiscal.register();
  if (state !== 'not_responding') throw new Error(`the register was to hang, and is ${state}`);
  screen.close();

  const row = (name: string, loop: Delay, answers: readonly number[]): string[] => [
    name,
    ms(loop.p50),
    ms(loop.p99),
    ms(loop.max),
    String(answers.length),
    ms(quantile(answers, 0.5)),
    ms(quantile(answers, 0.99)),
  ];
  return {
    title: 'A register that hangs',
    how: `A device process sells every ${PAUSE_MS} ms; its event loop is watched by a timer of 1 ms from inside. The register says nothing for ${HANG_S} s.`,
    columns: ['register', 'loop p50', 'loop p99', 'loop max', 'sales', 'answer p50', 'answer p99'],
    rows: [row('at work', delayAtWork, atWork), row('hangs', delayHanging, hanging)],
  };
}

/** The register falls silent in the middle of the next receipt. */
async function hang(register: Service): Promise<void> {
  const response = await fetch(`${register.ready.url}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ point: 'hang', method: 'close_receipt', seconds: HANG_S }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Sells at its pace. The answer is how long each sale's answer took, ms. */
async function sellFor({ rpc }: ConnectedDevice, forMs: number): Promise<number[]> {
  const [item] = ITEMS;
  if (item === undefined) throw new Error('there is nothing to sell');
  const end = performance.now() + forMs;
  const answers: number[] = [];
  while (performance.now() < end) {
    const started = performance.now();
    await rpc.payments.checkout({
      id: crypto.randomUUID(),
      lines: [{ itemId: item.id, quantityMilli: 1000 }],
      tenders: [{ type: 'cash', sumMinor: item.priceMinor }],
    });
    answers.push(performance.now() - started);
    await delay(Math.max(0, PAUSE_MS - (performance.now() - started)));
  }
  return answers;
}

async function readDelay(folder: string, pid: number): Promise<Delay> {
  const file = join(folder, 'delay.json');
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  await until('the device to say how its loop fared', () => (existsSync(file) ? true : undefined));
  return JSON.parse(readFileSync(file, 'utf8')) as Delay;
}
