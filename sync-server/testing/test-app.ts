/** The real app over a real database, with a clock that the test moves. */
import { randomFillSync } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { UserRole } from '#shared/hq/hq.api.ts';
import { createIds, type NewId } from '#shared/kernel/ids.ts';
import { type AppOptions, buildApp } from '../app.ts';
import { hashPassword } from '../auth/passwords.ts';
import { newSecret, sha256 } from '../auth/secrets.ts';
import { insertToken } from '../auth/tokens.repo.ts';
import { insertOrganization, insertUser } from '../auth/users.repo.ts';
import { readConfig } from '../config.ts';
import type { Db, OpenDb } from '../db/db.ts';
import { createTestDb } from '../db/test-db.ts';
import { insertDevice, insertShop } from '../features/devices/devices.repo.ts';
import { insertFiscalDevice } from '../features/fiscal/fiscal.repo.ts';
import { replaceSupportToken } from '../features/support/support.repo.ts';
import { createLog } from '../log.ts';

/** 2025-10-15T12:00:00Z: noon in UTC, three in the afternoon in Moscow. */
export const T0 = Date.UTC(2025, 9, 15, 12);
export const PASSWORD = 'correct horse battery staple';
/** What `inject` gives as `Host`, and so the origin of our own page. */
export const ORIGIN = 'http://localhost';

export interface TestApp {
  readonly app: FastifyInstance;
  readonly opened: OpenDb;
  readonly db: Db;
  readonly newId: NewId;
  readonly clock: { now: number };
  readonly random: (target: Uint8Array<ArrayBuffer>) => void;
  /** Lines of the log, as objects. */
  readonly logged: readonly Record<string, unknown>[];
  readonly close: () => Promise<void>;
}

export async function createTestApp(
  env: Readonly<Record<string, string>> = {},
  given?: OpenDb,
  extra: Pick<AppOptions, 'blobFields' | 'prices'> = {},
): Promise<TestApp> {
  const opened = given ?? (await createTestDb());
  const clock = { now: T0 };
  const random = (target: Uint8Array<ArrayBuffer>) => void randomFillSync(target);
  const newId = createIds(() => clock.now, random);
  const logged: Record<string, unknown>[] = [];
  const logger = createLog('trace', { write: (line: string) => void logged.push(JSON.parse(line)) });
  const config = readConfig({
    file: {},
    env: { RATE_FACTOR: '1000', RENDERER_DIR: 'no-such-folder', ...env },
    argv: [],
  });
  const app = await buildApp({
    config,
    opened,
    now: () => clock.now,
    newId,
    random,
    logger,
    version: '0.0.0-test',
    ...extra,
  });
  await app.ready();
  return {
    app,
    opened,
    db: opened.db,
    newId,
    clock,
    random,
    logged,
    close: async () => {
      await app.close();
      await opened.close();
    },
  };
}

export interface TestOrganization {
  readonly organizationId: string;
  readonly shopId: string;
}

/** An organisation with one shop and two registers, `fd-1` and `fd-2`. */
export async function addOrganization({ db, newId, clock }: TestApp): Promise<TestOrganization> {
  const organizationId = newId();
  const shopId = newId();
  await db.transaction(async (tx) => {
    await insertOrganization(tx, {
      id: organizationId,
      name: 'Автомаркет',
      inn: '7707083893',
      timeZone: 'Europe/Moscow',
      currency: 'RUB',
      taxationSystem: 'osn',
      createdAt: clock.now,
    });
    await insertShop(tx, {
      id: shopId,
      organizationId,
      partnerUserId: null,
      name: 'Лесная',
      address: 'Лесная, 5',
      createdAt: clock.now,
    });
    for (const [id, kktPort] of [
      ['fd-1', 5555],
      ['fd-2', 5556],
    ] as const) {
      await insertFiscalDevice(tx, {
        organizationId,
        id,
        shopId,
        name: id,
        kktIp: '127.0.0.1',
        kktPort,
        taxationSystem: 'osn',
        operatorName: 'Кассир Иванов И.',
        operatorVatin: '123456789047',
        createdAt: clock.now,
      });
    }
  });
  return { organizationId, shopId };
}

let hashed: Promise<string> | undefined;

/** The password is `PASSWORD`. */
export async function addUser(
  test: TestApp,
  { organizationId }: TestOrganization,
  roles: readonly UserRole[],
): Promise<{ readonly userId: string; readonly email: string }> {
  hashed ??= hashPassword(PASSWORD);
  const passwordHash = await hashed;
  const userId = test.newId();
  const email = `${userId}@prilavok.example`;
  await test.db.transaction((tx) =>
    insertUser(tx, {
      id: userId,
      organizationId,
      email,
      name: 'Анна Смирнова',
      passwordHash,
      roles: [...roles],
      createdAt: test.clock.now,
    }),
  );
  return { userId, email };
}

export const signIn = (test: TestApp, email: string, password = PASSWORD): Promise<LightMyRequestResponse> =>
  test.app.inject({ method: 'POST', url: '/auth/sign-in', payload: { email, password } });

/** Headers of a page where somebody with these roles is signed in. */
export async function sessionOf(
  test: TestApp,
  organization: TestOrganization,
  roles: readonly UserRole[],
): Promise<{ readonly headers: Record<string, string>; readonly userId: string }> {
  const { userId, email } = await addUser(test, organization, roles);
  const [cookie] = (await signIn(test, email)).cookies;
  return { userId, headers: { cookie: `${cookie?.name}=${cookie?.value}`, origin: ORIGIN } };
}

/** A manager of `/api/manager`, signed in by his password: his id and the headers of his requests. */
export async function managerOf(
  test: TestApp,
  organization: TestOrganization,
  roles: readonly UserRole[] = ['manager'],
): Promise<{ readonly headers: Record<string, string>; readonly userId: string; readonly email: string }> {
  const { userId, email } = await addUser(test, organization, roles);
  const payload = { email, password: PASSWORD };
  const reply = await test.app.inject({ method: 'POST', url: '/api/manager/auth/login', payload });
  const { access_token: token } = reply.json<{ access_token: string }>();
  return { userId, email, headers: { authorization: `Bearer ${token}` } };
}

/** Headers of the backend of the client application. Another call ends the token of the one before. */
export async function supportOf(
  test: TestApp,
  { organizationId }: TestOrganization,
): Promise<{ readonly headers: Record<string, string> }> {
  const token = newSecret(test.random);
  const row = { id: test.newId(), organizationId, tokenHash: sha256(token), createdAt: test.clock.now };
  await test.db.transaction((tx) => replaceSupportToken(tx, row));
  return { headers: { authorization: `Bearer ${token}` } };
}

/** Headers of the agent of a register. */
export async function agentOf(
  test: TestApp,
  { organizationId }: TestOrganization,
  fiscalDeviceId: string,
): Promise<{ readonly token: string; readonly headers: Record<string, string> }> {
  const token = newSecret(test.random);
  await test.db.transaction((tx) =>
    insertToken(tx, {
      id: test.newId(),
      tokenHash: sha256(token),
      kind: 'agent',
      organizationId,
      fiscalDeviceId,
      issuedAt: test.clock.now,
    }),
  );
  return { token, headers: { authorization: `Bearer ${token}` } };
}

/** A device in waiting. */
export async function addDevice(
  test: TestApp,
  { organizationId, shopId }: TestOrganization,
  extra: {
    readonly mode?: 'kiosk' | 'cashier' | 'manager';
    readonly fiscalDeviceId?: string;
    readonly name?: string;
  } = {},
): Promise<string> {
  const id = test.newId();
  await test.db.transaction((tx) =>
    insertDevice(tx, {
      id,
      organizationId,
      shopId,
      name: extra.name ?? 'Касса 1',
      mode: extra.mode ?? 'cashier',
      fiscalDeviceId: extra.fiscalDeviceId,
      createdAt: test.clock.now,
    }),
  );
  return id;
}

/** A new code for the device, as headquarters gives it. */
export async function codeFor(test: TestApp, headers: Record<string, string>, deviceId: string): Promise<string> {
  const reply = await test.app.inject({ method: 'POST', url: `/hq/devices/${deviceId}/enrolment-code`, headers });
  return reply.json<{ code: string }>().code;
}

export const enrol = (test: TestApp, code: string, mode = 'cashier'): Promise<LightMyRequestResponse> =>
  test.app.inject({
    method: 'POST',
    url: '/devices/enrol',
    payload: { code, mode, appVersion: '0.1.0', platform: 'linux-x64' },
  });

/** An enrolled device: its id and the headers of its requests. */
export async function enrolledDevice(
  test: TestApp,
  organization: TestOrganization,
  extra: {
    readonly mode?: 'kiosk' | 'cashier' | 'manager';
    readonly fiscalDeviceId?: string;
    readonly name?: string;
  } = {},
): Promise<{ readonly deviceId: string; readonly token: string; readonly headers: Record<string, string> }> {
  const { headers } = await sessionOf(test, organization, ['hq_admin']);
  const deviceId = await addDevice(test, organization, extra);
  const reply = await enrol(test, await codeFor(test, headers, deviceId), extra.mode);
  const { token } = reply.json<{ token: string }>();
  return { deviceId, token, headers: { authorization: `Bearer ${token}` } };
}
