/** A kiosk's reports at a real server: hooks of a test file, and what its tests do to them. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createLinks } from '#server/blobs/blob-link.ts';
import { createBlobsService } from '#server/blobs/blobs.service.ts';
import { createFilesStore } from '#server/blobs/files.store.ts';
import { readConfig } from '#server/config.ts';
import { createDeliveryQueue } from '#server/features/reports/delivery.queue.ts';
import { openChannels } from '#server/features/reports/open-channels.ts';
import { makeShortLink } from '#server/features/reports/short-link.ts';
import { startProvider, startSmtp } from '#server/testing/message-carriers.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  T0,
  type TestApp,
  type TestOrganization,
} from '#server/testing/test-app.ts';
import type { DeliveryReply, DeliveryRequest } from '#shared/reports/delivery.schema.ts';
import type { Report } from '#shared/reports/reports.schema.ts';

export const MINUTE = 60_000;
export const PDF = Buffer.from('%PDF-1.7\nОтчёт');
export const fileId = createHash('sha256').update(PDF).digest('hex');
export const copyCode = 'AbCdEfGhIjKlMnOpQrStUg';
export const REQUEST: DeliveryRequest = {
  reportId: 'RPT-DIAG-1D7K2M9QX-4TZ8W3RA',
  kind: 'diagnostics',
  fileId,
  copyCode,
  createdAt: T0,
  language: 'ru',
  to: { channel: 'email', address: 'anna@example.com' },
};

export interface ReportsWorld {
  app: TestApp;
  organization: TestOrganization;
  /** Of the kiosk. */
  headers: Record<string, string>;
  deviceId: string;
  dir: string;
  /** What was counted, as `email sent`. */
  readonly counted: string[];
}

export function openReportsWorld() {
  const counted: string[] = [];
  const world = { counted } as unknown as ReportsWorld;
  let stops: (() => Promise<unknown>)[] = [];
  const stopping = <T extends { readonly stop: () => Promise<unknown> }>(carrier: T): T => {
    stops.push(carrier.stop);
    return carrier;
  };

  const queueOf = async (env: Record<string, string>) =>
    createDeliveryQueue({
      db: world.app.db,
      now: () => world.app.clock.now,
      live: { hqChanged: () => undefined },
      blobs: createBlobsService({
        db: world.app.db,
        store: createFilesStore(join(world.dir, 'blobs')),
        fields: {},
        now: () => world.app.clock.now,
        log: world.app.app.log,
        links: createLinks('a secret of the test'),
      }),
      channels: await openChannels(readConfig({ file: {}, env: { DATA_DIR: world.dir, ...env }, argv: [] })),
      checkpoint: () => Promise.resolve(),
      copyUrl: (code) => `https://shop.example/r/${code}`,
      shortUrl: (code) => `https://shop.example/s/${makeShortLink('a2V5', code, world.app.clock.now + 3_600_000)}`,
      count: (channel, outcome) => counted.push(`${channel} ${outcome}`),
      log: world.app.app.log,
    });

  const ask = async (id: string, request: Partial<DeliveryRequest> = {}) =>
    world.app.app.inject({
      method: 'PUT',
      url: `/reports/deliveries/${id}`,
      headers: world.headers,
      payload: { ...REQUEST, ...request },
    });
  const stateOf = async (id: string): Promise<DeliveryReply | undefined> =>
    (await world.app.app.inject({ url: `/reports/deliveries?ids=${id}`, headers: world.headers })).json<{
      deliveries: DeliveryReply[];
    }>().deliveries[0];

  beforeAll(async () => {
    world.dir = await mkdtemp(join(tmpdir(), 'reports-'));
    world.app = await createTestApp({ BLOB_DIR: join(world.dir, 'blobs'), DATA_DIR: world.dir });
  });
  afterAll(async () => {
    await world.app.close();
    await rm(world.dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    stops = [];
    counted.length = 0;
    world.app.clock.now = T0;
    await world.app.db.execute(sql`DELETE FROM report_deliveries`);
    await world.app.db.execute(sql`DELETE FROM entities`);
    world.organization = await addOrganization(world.app);
    Object.assign(world, await enrolledDevice(world.app, world.organization, { mode: 'kiosk' }));
  });
  afterEach(async () => {
    for (const stop of stops) await stop();
  });

  const upload = () =>
    world.app.app.inject({
      method: 'PATCH',
      url: `/blob/${fileId}?offset=0&size=${PDF.length}&kind=document`,
      headers: { ...world.headers, 'content-type': 'application/octet-stream' },
      payload: PDF,
    });
  /** The replicated row, as a push writes it. */
  const pushReport = (): Promise<unknown> => {
    const report: Report = {
      id: REQUEST.reportId,
      visitId: 'OBD-ABCDEF-123456',
      deviceId: world.deviceId,
      kind: 'diagnostics',
      language: 'ru',
      createdAt: T0,
      fileId,
      bytes: PDF.length,
      template: 1,
      contentHash: 'b'.repeat(64),
      copyCode,
      summary: { now: 1, soon: 0, watch: 0, incomplete: false },
    };
    return world.app.db.execute(sql`
      INSERT INTO entities (organization_id, type, id, scope, ver, deleted, fields, received_at, updated_at)
      VALUES (${world.organization.organizationId}, 'report', ${report.id}, ${`device:${world.deviceId}`}, 1, false,
        ${JSON.stringify(report)}::text::jsonb, 0, 0)`);
  };

  return Object.assign(world, {
    queueOf,
    ask,
    stateOf,
    upload,
    pushReport,
    startSmtp: async (...how: Parameters<typeof startSmtp>) => stopping(await startSmtp(...how)),
    startProvider: async (...how: Parameters<typeof startProvider>) => stopping(await startProvider(...how)),
  });
}

/** The nth id of a test. */
export const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
