/** A file in a whole shop of processes: from the page of a manager to the disk of the server. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDevice } from '#cli/device-client.ts';
import { startTestWorld } from '#test/doubles/test-world.ts';
import { staffOf } from '../../scripts/demo-data.ts';
import { until } from '../../scripts/processes.ts';
import { signInAs } from '../../scripts/sign-in.ts';
import { FREE_PORTS, type World } from '../../scripts/world.ts';
import { idOf, photo } from './blob-world.ts';

let folder: string;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-blob-shop-'));
  world = await startTestWorld({ dataDir: folder, ports: FREE_PORTS });
}, 120_000);
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('a photo that a manager took is durable on the server, by the device alone, and says so to the screen', async () => {
  const { url } = world.device('manager').ready;
  const { origin } = new URL(url);
  const entered = await fetch(url, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const screen = await connectDevice(url);
  await signInAs(screen.rpc, staffOf(world.access, 'manager'));
  const bytes = photo(1_500_000);
  const id = idOf(bytes);
  const given = await fetch(`${origin}/blobs?kind=photo`, { method: 'PUT', headers: { cookie, origin }, body: bytes });
  expect(given.status).toBe(201);
  await until('the file to be durable', async () =>
    (await screen.rpc.blobs.describe({ ids: [id] }))[0]?.state === 'durable' ? true : undefined,
  );
  expect(await screen.rpc.blobs.waiting()).toEqual({ count: 0, bytes: 0, sentBytes: 0 });
  expect(await screen.rpc.blobs.fetch({ id })).toMatchObject({ id, state: 'durable', sentBytes: bytes.length });
  const stored = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(id));
  // One on the laptop, one on the server, and both are the photo.
  expect(stored.length).toBe(2);
  for (const path of stored) expect(idOf(readFileSync(join(folder, path)))).toBe(id);
  const shown = await fetch(`${origin}/blobs/${id}`, { headers: { cookie } });
  expect(idOf(new Uint8Array(await shown.arrayBuffer()))).toBe(id);
});
