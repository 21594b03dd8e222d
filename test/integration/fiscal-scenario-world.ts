/**
 * A till for the scenarios of the fiscal agent: the real server, a real device core that can die, the emulated register
 * behind the driver's real C interface, a cable and a network that a test pulls, and one clock for both sides.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FnDocument } from '#emulators/kkt/model.ts';
import { type Bench, buildShim, openBench } from '#emulators/kkt/testing.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { addDevice, addOrganization, codeFor, createTestApp, enrol, sessionOf } from '#server/testing/test-app.ts';
import { EnrolReply } from '#shared/devices/devices.schema.ts';
import type { WireFiscalStatus, WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { makeFirstDay, SUPERVISOR } from '#test/simulation/fiscal-image.ts';
import { taskIdOf } from '#test/simulation/fiscal-judge.ts';
import { beginLife, type Life } from '#test/simulation/fiscal-life.ts';
import type { Moment } from '#test/simulation/fiscal-plan.ts';
import { openWire, type Wire } from '#test/simulation/fiscal-wire.ts';

export const TASK_ID = '3f0c2b9e-6d1a-4c55-9d0e-1a2b3c4d5e6f';
/** The contract's own example: TS of the scenarios. */
export const taskOf = (taskId: string, more: Partial<WireFiscalTask> = {}): WireFiscalTask => ({
  taskId,
  type: 'sale',
  fiscalDeviceId: 'fd-1',
  operator: { name: 'Кассир Иванов И.', vatin: '123456789047' },
  receipt: {
    items: [{ name: 'Товар', price: 500, quantity: 1, vat: { type: 'none' } }],
    payments: [{ type: 'cash', sum: 500 }],
    total: 500,
    taxationSystem: 'osn',
    receiptType: 'sell',
  },
  ...more,
});

export interface ScenarioWorld {
  readonly bench: Bench;
  /** The device as it lives now. */
  life(): Promise<Life>;
  /** Posts a task as the backend does. */
  post(task: WireFiscalTask): Promise<void>;
  /** How the server sees a task: posting it again answers that. */
  standing(task: WireFiscalTask): Promise<Record<string, unknown>>;
  /** Statuses that the server heard, in order. */
  readonly heard: WireFiscalStatus[];
  /** What another agent with the same rights is given now: the task, or nothing. */
  nextForAnother(): Promise<unknown>;
  /** The server cannot be reached while it is false. */
  setOnline(online: boolean): void;
  /** The register refuses while it is false. */
  setPlugged(plugged: boolean): Promise<void>;
  /** The device dies at the moment and comes back from its disk. */
  dieAt(moment: Moment): Promise<void>;
  readonly deaths: () => number;
  /** Moves the clock of device and server. */
  advance(ms: number): void;
  /** Documents of the fiscal memory, and those that bear the task. */
  documents(): Promise<readonly FnDocument[]>;
  bearing(taskId: string): Promise<readonly FnDocument[]>;
  /** How many slips of paper have the text. */
  slips(text: string): Promise<number>;
  /** Waits until the probe answers something, letting the clock of the device's pauses run. */
  until<T>(what: string, probe: () => Promise<T | undefined> | T | undefined): Promise<T>;
  close(): Promise<void>;
}

export const shim = buildShim();

const LONGEST_MS = 15_000;
const POLL_MS = 10;
/** Each look at something awaited: the pauses of the executor are seconds. */
const LEAP_MS = 500;

export async function openScenarioWorld(): Promise<ScenarioWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-scenario-'));
  const server = await createTestApp();
  server.clock.now = Date.now();
  const url = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const organization = await addOrganization(server);
  const scope = shopScope(organization.shopId);
  await server.db.transaction((tx) =>
    writeRows(
      tx,
      organization.organizationId,
      [{ type: 'staff', id: SUPERVISOR.id, scope, fields: { ...SUPERVISOR } }],
      server.clock.now,
    ),
  );
  const { headers } = await sessionOf(server, organization, ['hq_admin']);
  const deviceId = await addDevice(server, organization, { fiscalDeviceId: 'fd-1' });
  const enrolled = await enrol(server, await codeFor(server, headers, deviceId));
  const { token, ...identity } = EnrolReply.parse(enrolled.json());
  const bearer = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  const heard: WireFiscalStatus[] = [];
  const state = { online: true, deaths: 0 };
  const bench = await openBench();
  await makeFirstDay(join(folder, '0'), { ...identity, serverUrl: url });

  /** The network between one life and the server: hears what goes through, and goes away. */
  const openNetwork = async () => {
    const network = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        if (!state.online) return void response.destroy();
        fetch(url + (request.url ?? '/'), {
          method: request.method ?? 'GET',
          headers: { ...bearer, authorization: request.headers.authorization ?? '' },
          ...(body.length === 0 ? {} : { body }),
        })
          .then(async (reply) => {
            if (!state.online) return void response.destroy();
            const isStatus = /^\/fiscal-tasks\/[^/]+\/status$/.test(request.url ?? '');
            if (isStatus && reply.ok) heard.push(JSON.parse(body.toString()) as WireFiscalStatus);
            response.writeHead(reply.status, { 'content-type': 'application/json' });
            response.end(Buffer.from(await reply.arrayBuffer()));
          })
          .catch(() => response.destroy());
      });
    });
    await new Promise<void>((resolve) => {
      network.listen(0, '127.0.0.1', resolve);
    });
    const address = network.address();
    if (address === null || typeof address === 'string') throw new Error('the network has no port');
    return {
      url: `http://127.0.0.1:${address.port}`,
      close: () => {
        network.closeAllConnections();
        network.close();
      },
    };
  };

  let wire: Wire;
  const endings: Promise<void>[] = [];
  const bear = async (): Promise<Life> => {
    wire = await openWire(() => bench.register().port);
    const life = await beginLife({
      folder: join(folder, String(state.deaths)),
      libraryPath: shim.path ?? '',
      wire,
      door: await openNetwork(),
      token,
      now: () => server.clock.now,
    });
    await life.start();
    return life;
  };
  let current = bear();
  await current;

  const documents = async (): Promise<FnDocument[]> => (await bench.documents()) as unknown as FnDocument[];
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const reply = await fetch(url + path, { headers: bearer, ...init });
    if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`);
    return reply;
  };

  return {
    bench,
    life: () => current,
    async post(task) {
      await ask('/fiscal-tasks', { method: 'POST', body: JSON.stringify(task) });
    },
    async standing(task) {
      const reply = await ask('/fiscal-tasks', { method: 'POST', body: JSON.stringify(task) });
      return (await reply.json()) as Record<string, unknown>;
    },
    heard,
    async nextForAnother() {
      const reply = await ask('/fiscal-tasks/next?fiscalDeviceId=fd-1&wait=0', { method: 'GET' });
      return reply.status === 204 ? undefined : reply.json();
    },
    setOnline(online) {
      state.online = online;
    },
    setPlugged: (plugged) => wire.setPlugged(plugged),
    async dieAt(moment) {
      const image = join(folder, String(state.deaths + 1));
      const dying = await current;
      dying.dieAt(moment, image, () => {
        state.deaths += 1;
        current = Promise.resolve().then(bear);
        endings.push(dying.end());
      });
    },
    deaths: () => state.deaths,
    advance(ms) {
      server.clock.now += ms;
    },
    documents,
    bearing: async (taskId) => (await documents()).filter((document) => taskIdOf(document) === taskId),
    slips: async (text) => (await bench.tape()).split('\n\n').filter((slip) => slip.includes(text)).length,
    async until(what, probe) {
      const deadline = Date.now() + LONGEST_MS;
      for (;;) {
        const found = await probe();
        if (found !== undefined) return found;
        if (Date.now() > deadline) throw new Error(`waited ${LONGEST_MS} ms for ${what}`);
        server.clock.now += LEAP_MS;
        await delay(POLL_MS);
      }
    },
    async close() {
      await (await current).end();
      await Promise.all(endings);
      await bench.dispose();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
