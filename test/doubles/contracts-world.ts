/** Contracts at a real server over its real routes; the client's side of the chat is read by its own API. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { startYooKassa, type YooKassaEmulator } from '#emulators/yookassa/emulator.ts';
import { fiscalTasks } from '#server/features/fiscal/fiscal.tables.ts';
import { createOrganizationKeys } from '#server/organization-keys.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { entities } from '#server/sync/sync.tables.ts';
import {
  addOrganization,
  createTestApp,
  managerOf,
  T0,
  type TestApp,
  type TestOrganization,
} from '#server/testing/test-app.ts';
import type { Appliance } from '#shared/clients/appliances.schema.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { ManagerClient } from '#shared/clients/manager.api.ts';
import type { ManagerContract } from '#shared/clients/manager-contracts.api.ts';
import { PASSPORT_FIELDS, type Passport } from '#shared/clients/passport.schema.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import type { Contract } from '#shared/contracts/contracts.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';

const PASSPORT_KEY = 'a key of the test of contracts';
export const SECRET = 'a signature secret of the test';
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const PLAIN = {
  lastName: 'Петров',
  firstName: 'Иван',
  series: '4509',
  number: '567890',
  issuedBy: 'ОВД «Тверской»',
  issueCode: '770-001',
  issueDate: '2020-01-01',
  address: 'г. Москва, ул. Садовая, д. 10',
} as const;

export type SignableContract = ManagerContract & { row: Contract };

export interface ContractsWorld {
  server: TestApp;
  psp: YooKassaEmulator;
  organization: TestOrganization;
  manager: Awaited<ReturnType<typeof managerOf>>;
  clientId: string;
  tariffId: string;
  /** Folder of files. */
  blobs: string;
  /** Settings of the server, for another instance of it. */
  env: Readonly<Record<string, string>>;
}

/** Another code than this one. */
export const wrong = (code: string): string => (code === '000000' ? '000001' : '000000');

/** @param more settings of the server, once its folder is there. */
export function openContractsWorld(more: () => Promise<Readonly<Record<string, string>>> = () => Promise.resolve({})) {
  const world = {} as unknown as ContractsWorld;

  beforeAll(async () => {
    world.blobs = await mkdtemp(join(tmpdir(), 'prilavok-contracts-'));
    world.psp = await startYooKassa({
      port: 0,
      controlPort: 0,
      shopId: '100500',
      secretKey: 'test_secret',
      now: () => world.server.clock.now,
    });
    world.env = {
      PASSPORT_KEY,
      MANAGER_JWT_SECRET: 'signs tokens of the test of contracts',
      BLOB_DIR: world.blobs,
      CONTRACT_SIGNATURE_SECRET: SECRET,
      YOOKASSA_SHOP_ID: '100500',
      YOOKASSA_SECRET_KEY: 'test_secret',
      YOOKASSA_API_URL: world.psp.apiUrl,
      ...(await more()),
    };
    world.server = await createTestApp(world.env);
  });
  afterAll(async () => {
    await world.server.close();
    await world.psp.stop();
    await rm(world.blobs, { recursive: true, force: true });
  });
  /** An organisation of its own for each: numbers are counted by organisation and day. */
  beforeEach(async () => {
    world.server.clock.now = T0;
    world.organization = await addOrganization(world.server);
    world.manager = await managerOf(world.server, world.organization);
    world.tariffId = world.server.newId();
    world.clientId = await addClient();
    const tariff: Tariff = {
      id: world.tariffId,
      lineId: world.server.newId(),
      version: 1,
      name: 'Базовый',
      baseFeeMinor: 0,
      extraPerApplianceMinor: 100_000,
      effectiveFrom: 0,
      active: true,
    };
    await put('tariff', tariff);
  });

  const scope = () => shopScope(world.organization.shopId);
  const put = (type: 'client' | 'passport' | 'appliance' | 'tariff', fields: Client | Passport | Appliance | Tariff) =>
    world.server.db.transaction((tx) =>
      writeRows(
        tx,
        world.organization.organizationId,
        [{ type, id: fields.id, scope: scope(), fields } as Parameters<typeof writeRows>[2][number]],
        world.server.clock.now,
      ),
    );

  async function addClient(more: Partial<Client> = {}): Promise<string> {
    const id = world.server.newId();
    const at = world.server.clock.now;
    const { shopId } = world.organization;
    const client: Client = {
      id,
      shopId,
      name: 'Иван Петров',
      phone: '+79991234567',
      tariffId: world.tariffId,
      phones: [],
      tags: [],
      status: 'in_verification',
      createdAt: at,
      updatedAt: at,
      ...more,
    };
    await put('client', client);
    const sealing = createOrganizationKeys(PASSPORT_KEY).sealingOf(world.organization);
    const sealed = Object.fromEntries(
      PASSPORT_FIELDS.flatMap((field) =>
        field in PLAIN ? [[field, sealing.seal(['passport', id, field], PLAIN[field as keyof typeof PLAIN])]] : [],
      ),
    );
    await put('passport', { id, shopId, ...sealed, createdAt: at, updatedAt: at });
    return id;
  }

  async function addAppliance(more: Partial<Appliance> = {}): Promise<string> {
    const id = world.server.newId();
    const at = world.server.clock.now;
    await put('appliance', {
      id,
      clientId: world.clientId,
      shopId: world.organization.shopId,
      kind: 'television',
      title: 'Samsung QE55Q60',
      extraFeeMinor: 0,
      photos: [],
      createdAt: at,
      updatedAt: at,
      ...more,
    });
    return id;
  }
  const threeAppliances = async () => {
    for (let n = 0; n < 3; n += 1) await addAppliance({ title: `Samsung ${n}` });
  };

  const ask = (path: string, payload?: object, of = world.clientId, headers = world.manager.headers) =>
    world.server.app.inject({
      method: 'POST',
      url: `/api/manager/clients/${of}${path}`,
      headers: { ...headers, 'user-agent': 'Prilavok test' },
      ...(payload === undefined ? {} : { payload }),
    });
  const generate = async (of = world.clientId) => {
    const reply = await ask('/contract/generate', undefined, of);
    expect(reply.statusCode, reply.body).toBe(200);
    return reply.json<SignableContract>();
  };
  const confirm = (code: unknown) => ask('/contract/confirm', { otp_code: code });
  const card = async (): Promise<ManagerClient> =>
    (
      await world.server.app.inject({
        method: 'GET',
        url: `/api/manager/clients/${world.clientId}`,
        headers: world.manager.headers,
      })
    ).json();
  const rowOf = async (id: string) => {
    const [row] = await world.server.db.select({ fields: entities.fields }).from(entities).where(eq(entities.id, id));
    return row?.fields;
  };

  /** What the client reads in their application. */
  async function chat(of = world.clientId): Promise<readonly { kind: string; body: string }[]> {
    const { rows } = await world.server.db.execute<{ id: string; kind: string; body: string; secret: string | null }>(
      sql`SELECT id, kind, body, secret FROM support_messages WHERE client_id = ${of} ORDER BY created_at, id`,
    );
    const sealing = createOrganizationKeys(PASSPORT_KEY).sealingOf(world.organization);
    return rows.map(({ id, kind, body, secret }) => ({
      kind,
      body: secret === null ? body : body.replace('{secret}', sealing.open(['support', id, 'secret'], secret)),
    }));
  }
  const lastCode = async (): Promise<string> => {
    const said = (await chat()).filter(({ kind }) => kind === 'otp').at(-1)?.body;
    return said?.match(/код подтверждения (\d{6})$/)?.[1] ?? expect.unreachable(`no code in ${said}`);
  };
  const sign = async () => {
    const contract = await generate();
    const reply = await confirm(await lastCode());
    expect(reply.statusCode, reply.body).toBe(200);
    return { contract, signed: reply.json<SignableContract>() };
  };
  const tasks = () =>
    world.server.db.select().from(fiscalTasks).where(eq(fiscalTasks.organizationId, world.organization.organizationId));

  return {
    world,
    put,
    addClient,
    addAppliance,
    threeAppliances,
    ask,
    generate,
    confirm,
    card,
    rowOf,
    chat,
    lastCode,
    sign,
    tasks,
  };
}
