/**
 * A kiosk as a process, with its server, its register and its car, called as programs of its machine call it; the plug is
 * pulled between any two steps. Nothing here is a double.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDevice } from '#cli/device-client.ts';
import { startTestWorld } from '#test/doubles/test-world.ts';
import { main as prilavokMain } from '../../cli/prilavok.ts';
import { ROOT, until } from '../../scripts/processes.ts';
import { FREE_PORTS, type World } from '../../scripts/world.ts';
import { readCurls } from './curl-page.ts';

const env: NodeJS.ProcessEnv = {};
let folder: string;
let world: World;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-agent-'));
  world = await startTestWorld({ dataDir: folder, ports: FREE_PORTS, deviceEnv: env });
}, 120_000);
afterAll(async () => {
  await world?.stop();
  if (process.env['KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
}, 60_000);

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const agent = () =>
  JSON.parse(readFileSync(join(folder, 'kiosk/agent.json'), 'utf8')) as {
    readonly url: string;
    readonly token: string;
  };
const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
  const { url, token } = agent();
  const { status, data } = await axios.request<Record<string, unknown>>({
    method,
    url: `${url}${path}`,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { data: body }),
    validateStatus: () => true,
  });
  return { status, body: data };
};
const metrics = async (): Promise<string> => (await axios.get<string>(new URL('/metrics', agent().url).href)).data;
const pullThePlug = async (): Promise<void> => {
  await world.device('kiosk').kill();
  await world.startDevice('kiosk');
};
const begin = async (email = 'client@example.com', type = 'diagnostics'): Promise<string> => {
  const begun = await call('POST', '/sessions', { type, contact: { email } });
  expect(begun).toMatchObject({ status: 201 });
  return String(begun.body['id']);
};
const payFor = (sessionId: string) =>
  call('POST', '/payments/intent', {
    amount: 48_000,
    currency: 'RUB',
    sessionId,
    metadata: { service: 'diagnostics' },
  });
const untilPaid = (intentId: string) =>
  until('the money', async () => {
    const { body } = await call('GET', `/payments/status/${intentId}`);
    return body['status'] === 'confirmed' ? true : undefined;
  });
/** Types (LIBFPTR_RT_*) and sums of the receipts that the register holds, the oldest first. */
const receipts = async (): Promise<string[]> => {
  const { data } = await axios.get<{ receiptType?: number; totalMinor: number }[]>(
    `${world.register('kiosk').ready.url}/documents`,
  );
  return data.flatMap(({ receiptType, totalMinor }) =>
    receiptType === undefined ? [] : [`${receiptType} ${totalMinor}`],
  );
};
/** LIBFPTR_RT_SELL of what a diagnosis costs. */
const SALE = '1 48000';
const finish = (id: string) => call('POST', `/sessions/${id}/complete`);

test('the curl commands of the page work as they are printed', async () => {
  const curls = readCurls(join(ROOT, 'docs/agent-api.md'));
  expect(curls.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/sessions',
    'POST /api/payments/intent',
    'POST /api/reports/diagnostics',
  ]);
  const { url, token } = agent();
  let sessionId = 'OBD-xxx-yyy';
  for (const { method, path, headers, body } of curls) {
    const filled = body?.replace('OBD-xxx-yyy', sessionId);
    const answer = await fetch(new URL(path, url), {
      method,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, value.replace('$TOKEN', token)]),
      ),
      ...(filled === undefined ? {} : { body: filled }),
    });
    const said = (await answer.json()) as Record<string, unknown>;
    expect(answer.status, JSON.stringify(said)).toBe(201);
    if (path.endsWith('/sessions')) sessionId = String(said['id']);
    if (path.endsWith('/intent')) await untilPaid(String(said['intentId']));
    if (path.endsWith('/diagnostics')) expect(said['reportId']).toMatch(/^RPT-DIAG-/);
  }
  expect((await finish(sessionId)).status).toBe(200);
  // Whoever counts receipts after this counts from here.
  expect(await until('the receipt', async () => ((await receipts()).length > 0 ? receipts() : undefined))).toEqual([
    SALE,
  ]);
});

test('AK-30 metrics text: every name of the seed, before anything has happened, and for this machine only', async () => {
  const NAMES = [
    'payments_intents_total',
    'payments_confirmed_total',
    'payments_failed_total',
    'payments_duration_seconds',
    'payments_webhook_received_total',
    'sessions_created_total',
    'sessions_completed_total',
    'sessions_expired_total',
    'sessions_duration_seconds',
    'sessions_active',
    'diagnostics_scans_total',
    'diagnostics_dtc_found_total',
    'diagnostics_duration_seconds',
    'reports_generated_total',
    'reports_delivered_total',
    'reports_failed_total',
  ];
  await pullThePlug();
  const text = await metrics();
  for (const name of NAMES) {
    expect(text).toMatch(new RegExp(`^# HELP ${name} .`, 'm'));
    expect(text).toMatch(new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`, 'm'));
  }
  const { hostname, port } = new URL(agent().url);
  const refused = await new Promise<number | undefined>((resolve, reject) => {
    request({ host: hostname, port, path: '/metrics', headers: { host: `192.168.1.20:${port}` } }, ({ statusCode }) =>
      resolve(statusCode),
    )
      .once('error', reject)
      .end();
  });
  expect(refused).toBe(403);
});

describe('a power cut at any step', () => {
  test('a session that has begun goes on, and no second guest comes in', async () => {
    const id = await begin();
    await pullThePlug();
    expect((await call('GET', `/sessions/${id}`)).body).toMatchObject({ id, status: 'active' });
    expect(await call('POST', '/sessions', { type: 'diagnostics', contact: { email: 'b@example.com' } })).toMatchObject(
      {
        status: 409,
        body: { code: 'visits.already_active', id },
      },
    );
    await finish(id);
  });

  test.each([40, 2300])('a payment cut off %i ms after it began is paid once, and printed once', async (ms) => {
    const before = await receipts();
    const id = await begin();
    const { body } = await payFor(id);
    await new Promise((resolve) => setTimeout(resolve, ms));
    await pullThePlug();
    await untilPaid(String(body['intentId']));
    expect((await payFor(id)).body['intentId']).toBe(body['intentId']);
    await until('the receipt', async () => ((await receipts()).length > before.length ? true : undefined));
    const ended = await finish(id);
    await pullThePlug();
    expect((await call('GET', `/sessions/${id}`)).body).toEqual(ended.body);
    expect(await receipts()).toEqual([...before, SALE]);
  });

  test('a scan that was cut off says so, and is done over', async () => {
    const id = await begin();
    const first = await connectDevice(world.device('kiosk').ready.url);
    await first.rpc.diagnostics.start({ visitId: id });
    first.close();
    await pullThePlug();
    const second = await connectDevice(world.device('kiosk').ready.url);
    const view = async () => (await second.rpc.diagnostics.scan({ visitId: id }))?.scan;
    expect(await view()).toMatchObject({ state: 'failed', fault: 'interrupted' });
    await second.rpc.diagnostics.start({ visitId: id });
    await until('the scan', async () => ((await view())?.state === 'done' ? true : undefined));
    second.close();
    await finish(id);
  });
});

describe('a guest who has gone', () => {
  const GUEST = { email: 'wanda.wipe@guest.example', phone: '+79012223344' };
  const MARKS = ['wanda.wipe', 'guest.example', '79012223344', '9012223344', 'WipeMobile'].map((text) =>
    Buffer.from(text),
  );

  /** Files of the kiosk in which anything says who the guest was. */
  const traces = (): string[] => {
    const files = readdirSync(join(folder, 'kiosk'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return [...files, join(folder, 'logs/kiosk.log')].filter((file) => {
      const bytes = readFileSync(file);
      return MARKS.some((mark) => bytes.includes(mark));
    });
  };
  const prilavok = async (...args: readonly string[]): Promise<string> => {
    const said: string[] = [];
    await prilavokMain(
      [...args, '--data-dir', join(folder, 'kiosk')],
      {},
      {
        print: (text) => void said.push(text),
        complain: (text) => void said.push(text),
        askSecret: async () => undefined,
        ask: async () => undefined,
      },
    );
    return said.join('\n');
  };

  test('is wiped from the files of the device to the last byte, once the server has everything', async () => {
    env['PRILAVOK_RETENTION_GUEST_HOURS'] = '0';
    await pullThePlug();
    const begun = await call('POST', '/sessions', {
      type: 'diagnostics',
      contact: GUEST,
      metadata: { vehicleMake: 'WipeMobile' },
    });
    const id = String(begun.body['id']);
    await call('PATCH', `/sessions/${id}`, { metadata: { note: 'WipeMobile too' } });
    await untilPaid(String((await payFor(id)).body['intentId']));
    expect(traces().map((file) => file.slice(folder.length))).toEqual(
      expect.arrayContaining([expect.stringMatching(/device\.db(-wal)?$/)]),
    );
    expect(traces().some((file) => file.endsWith('.log'))).toBe(false);
    await finish(id);

    expect(await prilavok('retention', '--dry-run')).toMatch(/guests +[\d ]/);
    expect((await call('GET', `/sessions/${id}`)).status).toBe(200);
    await until(
      'nothing to be left',
      async () => {
        await prilavok('retention');
        return traces().length === 0 ? true : undefined;
      },
      60_000,
      500,
    );
    expect(await call('GET', `/sessions/${id}`)).toMatchObject({ status: 404, body: { code: 'visits.not_found' } });
    expect(JSON.stringify((await call('GET', '/sessions')).body)).not.toContain(id);

    // Nothing brings it back: neither a start nor the server.
    await pullThePlug();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(traces()).toEqual([]);
  }, 180_000);
});
