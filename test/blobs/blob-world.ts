/** A real server on a real port, and devices with their files in real folders. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { type Blobs, type BlobsOptions, createBlobs } from '#main/blobs/blobs.service.ts';
import { visits } from '#main/domains/visits/visits.tables.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  type TestApp,
  type TestOrganization,
} from '#server/testing/test-app.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';

/** The test's own references: a visit with photos. */
export const FIELDS = { visit: ['photos[*]'] } as const;

export const photo = (size: number): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(size - 4)]);
export const idOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface BlobDevice {
  readonly core: TestCore;
  readonly folder: string;
  /** What it shows the server. */
  readonly token: string;
  /** `jumpMs`: how far its wall clock has been moved, which is no time that passed. */
  readonly settings: { url: string; epoch: string | null; jumpMs: number; hasUnsent: () => boolean };
  blobs: Blobs;
  put(bytes: Uint8Array): Promise<string>;
  push(): Promise<void>;
  /** The bytes as a screen gets them. */
  show(id: string): Promise<Buffer>;
  /** A row of its own that refers to these. */
  refer(row: string, ids: readonly string[]): void;
  /** What was not on the disk is gone. */
  restart(options?: Partial<BlobsOptions>): Promise<void>;
  /** Names of the files that are kept, unfinished ones included. */
  files(): Promise<string[]>;
}

export interface BlobWorld {
  readonly server: TestApp;
  readonly url: string;
  readonly organization: TestOrganization;
  /** Where the server's files are. */
  readonly store: string;
  device(options?: Partial<BlobsOptions>): Promise<BlobDevice>;
  /** A row of the shop on the server. */
  refer(row: string, ids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** @param env further settings of the server. */
export async function createBlobWorld(env: Readonly<Record<string, string>> = {}): Promise<BlobWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-blob-world-'));
  const store = join(folder, 'server');
  const server = await createTestApp({ BLOB_DIR: store, ...env }, undefined, { blobFields: FIELDS });
  const organization = await addOrganization(server);
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  const devices: BlobDevice[] = [];
  return {
    server,
    url,
    organization,
    store,
    device: async (options = {}) => {
      const { token } = await enrolledDevice(server, organization);
      const made = openDevice(join(folder, `device-${devices.length}`), url, token, options);
      devices.push(made);
      return made;
    },
    refer: async (row, ids) => {
      await server.db.execute(sql`
        INSERT INTO entities (organization_id, type, id, scope, ver, deleted, fields, received_at, updated_at)
        VALUES (${organization.organizationId}, 'visit', ${row}, ${`shop:${organization.shopId}`}, 1, false,
          ${JSON.stringify({ photos: ids })}::text::jsonb, 0, 0)`);
    },
    close: async () => {
      for (const { blobs } of devices) await blobs.stop();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function openDevice(folder: string, url: string, token: string, given: Partial<BlobsOptions>): BlobDevice {
  const core = createTestCore();
  const settings: BlobDevice['settings'] = { url, epoch: 'a'.repeat(32), jumpMs: 0, hasUnsent: () => false };
  const open = (options: Partial<BlobsOptions> = {}) =>
    createBlobs(core, {
      folder,
      bytesPerSecond: 0,
      cacheBytes: 1024 ** 3,
      serverUrl: () => settings.url,
      token: () => Promise.resolve(token),
      hasUnsent: () => settings.hasUnsent(),
      epoch: () => settings.epoch,
      countedMs: () => core.now() - settings.jumpMs,
      uptimeMs: () => core.now() - settings.jumpMs,
      random: () => 0.5,
      fields: FIELDS,
      ...given,
      ...options,
    });
  const device: BlobDevice = {
    core,
    folder,
    token,
    settings,
    blobs: open(),
    put: async (bytes) => (await device.blobs.put('photo', one(bytes))).id,
    push: () => device.blobs.loops.uploading.tick(),
    show: async (id) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of (await device.blobs.open(id)).read()) pieces.push(piece);
      return Buffer.concat(pieces);
    },
    refer: (row, photos) => {
      const fields = { photos } as unknown as (typeof visits.$inferInsert)['fields'];
      core.db
        .insert(visits)
        .values({ id: row, scope: 'shop:1', ver: 1, fields })
        .onConflictDoUpdate({ target: visits.id, set: { fields } })
        .run();
    },
    restart: async (options) => {
      await device.blobs.stop();
      device.blobs = open(options);
    },
    files: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
  };
  return device;
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

export const readStored = (world: BlobWorld, id: string): Promise<Buffer> =>
  readFile(join(world.store, world.organization.organizationId, id.slice(0, 2), id));

export const stateOf = ({ blobs }: BlobDevice, id: string) => blobs.describe([id])[0]?.state;

/** Where a device keeps the bytes of a file. */
export const pathOf = ({ folder }: BlobDevice, id: string): string => join(folder, id.slice(0, 2), id);

/** Files of which the server has some bytes and not all. */
export const unfinished = ({ store, organization }: BlobWorld): Promise<string[]> =>
  readdir(join(store, organization.organizationId, 'parts'));
