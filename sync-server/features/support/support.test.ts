import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOrganizationKeys } from '../../organization-keys.ts';
import { entities } from '../../sync/sync.tables.ts';
import {
  addOrganization,
  createTestApp,
  supportOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { createClientUsers } from './client-users.service.ts';
import type { OutgoingMessage } from './support.carrier.ts';
import type { SupportKind } from './support.port.ts';
import { createSupport } from './support.service.ts';
import { clientUsers, supportMessages } from './support.tables.ts';
import { createWebhookCarrier } from './support.webhook.ts';

let server: TestApp;
let organization: TestOrganization;
let headers: Record<string, string>;
beforeAll(async () => {
  server = await createTestApp();
  organization = await addOrganization(server);
  ({ headers } = await supportOf(server, organization));
});
afterAll(() => server.close());

const announce = () => undefined;
const quiet = { warn: announce, error: announce };
const ask = (url: string, method: 'GET' | 'PUT' | 'POST' = 'GET', payload?: object) =>
  server.app.inject({ method, url: `/api/support${url}`, headers, ...(payload === undefined ? {} : { payload }) });

async function addClientUser(): Promise<{ readonly userId: string; readonly clientId: string }> {
  const userId = server.newId();
  const reply = await ask(`/users/${userId}`, 'PUT', { name: 'Иван Петров', phone: '+79991234567' });
  expect(reply.statusCode).toBe(200);
  return { userId, clientId: reply.json<{ client_id: string }>().client_id };
}

const rowsOf = (type: string) =>
  server.db
    .select({ fields: entities.fields, scope: entities.scope })
    .from(entities)
    .where(sql`${entities.type} = ${type} AND ${entities.organizationId} = ${organization.organizationId}`);

/** The application's side of the webhook: it may be away, or die after it took a message and before it said so. */
async function startApplication() {
  const taken: OutgoingMessage[] = [];
  const keys: unknown[] = [];
  let isForgetful = false;
  let server: Server | undefined;
  const listen = async (port: number): Promise<number> => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (piece: Buffer) => {
        text += piece.toString();
      });
      request.on('end', () => {
        taken.push(JSON.parse(text) as OutgoingMessage);
        keys.push(request.headers['idempotency-key']);
        if (isForgetful) request.socket.destroy();
        else response.writeHead(204).end();
      });
    }).listen(port, '127.0.0.1');
    await new Promise((listening) => server?.once('listening', listening));
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const stop = () => new Promise((closed) => server?.close(closed));
  return {
    url: `http://127.0.0.1:${port}/messages`,
    taken,
    keys,
    stop,
    start: () => listen(port),
    forget: (wish: boolean) => {
      isForgetful = wish;
    },
  };
}

test('AM-26 the service is away: the act holds, the message goes within a minute of its return, and the code lives from there', async () => {
  const application = await startApplication();
  const { db, newId, clock } = server;
  const support = createSupport({
    db,
    now: () => clock.now,
    newId,
    keys: createOrganizationKeys('a key of the test of support'),
    carry: createWebhookCarrier(application.url, 'a token of the application'),
    sync: { announce },
    log: quiet,
  });
  const told: number[] = [];
  support.onDelivered('otp', (_tx, message) => {
    told.push(message.deliveredAt);
    return Promise.resolve(undefined);
  });
  const { userId, clientId } = await addClientUser();
  const draft = {
    clientId,
    kind: 'otp' as SupportKind,
    body: 'Договор ПЕ-251015-01, код подтверждения {secret}',
    secretPart: '482913',
    idempotencyKey: 'otp:c-1:1',
  };
  await application.stop();
  const askedAt = clock.now;
  const first = await db.transaction((tx) => support.send(tx, organization, draft));
  const again = await db.transaction((tx) => support.send(tx, organization, draft));
  expect(again.messageId).toBe(first.messageId);
  await support.deliver();
  expect(await support.stateOf(db, organization, draft.idempotencyKey)).toMatchObject({ state: 'failing' });
  // Managers see that it is on its way, and no code.
  const [waiting] = await rowsOf('support_message');
  expect(waiting?.fields).toMatchObject({ body: 'Договор ПЕ-251015-01, код подтверждения ••••••', clientId });
  expect(waiting?.fields).not.toHaveProperty('deliveredAt');
  const stored = await db.select().from(supportMessages).where(eq(supportMessages.id, first.messageId));
  expect(JSON.stringify(stored)).not.toContain('482913');

  // Two hours away; it is asked now and then.
  for (let minute = 0; minute < 120; minute += 15) {
    clock.now += 15 * 60_000;
    await support.deliver();
  }
  await application.start();
  application.forget(true);
  const backAt = clock.now;
  clock.now += 20_000;
  await support.deliver();
  application.forget(false);
  for (let step = 0; step < 8 && told.length === 0; step += 1) {
    clock.now += 5000;
    await support.deliver();
  }
  const [deliveredAt = 0] = told;
  expect(deliveredAt - backAt).toBeGreaterThan(0);
  expect(deliveredAt - backAt).toBeLessThanOrEqual(60_000);
  expect(deliveredAt - askedAt).toBeGreaterThan(2 * 3_600_000);
  expect(await support.stateOf(db, organization, draft.idempotencyKey)).toMatchObject({
    state: 'delivered',
    deliveredAt,
  });
  await support.deliver();
  // It was told twice, of one message: the key says so.
  expect(application.taken.map(({ body }) => body)).toEqual(
    Array.from({ length: 2 }, () => 'Договор ПЕ-251015-01, код подтверждения 482913'),
  );
  expect(new Set(application.keys)).toEqual(new Set([first.messageId]));
  expect(application.taken[0]).toMatchObject({ user_id: userId, client_id: clientId, subject: 'Подписание договора' });
  expect(told).toHaveLength(1);
  const [delivered] = await rowsOf('support_message');
  expect(delivered?.fields).toMatchObject({ deliveredAt });
  await application.stop();
});

test('a client reads his code, and a manager does not; what is of no more use is forgotten', async () => {
  const { db, newId, clock } = server;
  const { userId, clientId } = await addClientUser();
  // As the server itself does it: the application reads its messages here.
  const keys = createOrganizationKeys('change_me_development_passport_key');
  const carry = () => Promise.resolve({ kind: 'taken' as const });
  const support = createSupport({ db, now: () => clock.now, newId, keys, carry, sync: { announce }, log: quiet });
  const draft = {
    clientId,
    kind: 'otp' as const,
    body: 'код {secret}',
    secretPart: '111222',
    idempotencyKey: 'otp:c-2:1',
  };
  const { ticketId } = await db.transaction((tx) => support.send(tx, organization, draft));
  await support.deliver();
  const [ticket] = (await ask(`/users/${userId}/tickets`)).json<{ id: string; subject: string }[]>();
  expect(ticket).toMatchObject({ id: ticketId, subject: 'Подписание договора' });
  const read = await ask(`/users/${userId}/tickets/${ticketId}/messages`);
  expect(read.json()).toMatchObject([{ body: 'код 111222', kind: 'otp', author: 'system' }]);
  expect(read.headers['cache-control']).toBe('no-store');
  expect(await support.messagesOf(organization, clientId)).toMatchObject([{ body: 'код ••••••' }]);
  await db.transaction((tx) => support.forgetSecret(tx, organization, draft.idempotencyKey));
  expect((await ask(`/users/${userId}/tickets/${ticketId}/messages`)).json()).toMatchObject([{ body: 'код ••••••' }]);

  const second = { ...draft, idempotencyKey: 'otp:c-2:2' };
  await db.transaction((tx) => support.send(tx, organization, second));
  await support.deliver();
  clock.now += 15 * 60_000 + 1;
  await support.deliver();
  const kept = await db.select().from(supportMessages).where(eq(supportMessages.clientId, clientId));
  expect(kept.map(({ secret }) => secret)).toEqual([null, null]);
});

test('a client writes once, whatever is repeated; another client, and another organisation, see nothing of it', async () => {
  const { userId, clientId } = await addClientUser();
  const message = { id: server.newId(), body: 'Когда приедет мастер? {secret}' };
  const sent = await ask(`/users/${userId}/messages`, 'POST', message);
  expect(sent.statusCode).toBe(201);
  const again = await ask(`/users/${userId}/messages`, 'POST', message);
  expect(again.json()).toEqual(sent.json());
  expect(sent.json()).toMatchObject({ kind: 'text', author: 'user', body: 'Когда приедет мастер? secret' });
  const { ticket_id: ticketId } = sent.json<{ ticket_id: string }>();
  expect((await rowsOf('support_message')).filter(({ fields }) => fields?.['clientId'] === clientId)).toHaveLength(1);

  const other = await addClientUser();
  expect((await ask(`/users/${other.userId}/tickets/${ticketId}/messages`)).statusCode).toBe(404);
  const foreign = await supportOf(server, await addOrganization(server));
  for (const url of [`/users/${userId}/tickets`, `/users/${userId}/tickets/${ticketId}/messages`]) {
    const reply = await server.app.inject({ url: `/api/support${url}`, headers: foreign.headers });
    expect(reply.statusCode).toBe(404);
  }
  const taken = { method: 'PUT', url: `/api/support/users/${userId}`, headers: foreign.headers } as const;
  expect((await server.app.inject({ ...taken, payload: { name: 'Чужой' } })).statusCode).toBe(409);
});

test('AM-29 of five users three have a file: two get one, and the next run finds nobody', async () => {
  const other = await addOrganization(server);
  const { headers: own } = await supportOf(server, other);
  const { db, newId, clock } = server;
  for (let index = 0; index < 3; index += 1) {
    const url = `/api/support/users/${newId()}`;
    await server.app.inject({ method: 'PUT', url, headers: own, payload: { name: `Клиент ${index}` } });
  }
  // As a database that was there before has them.
  const old = { organizationId: other.organizationId, createdAt: clock.now, updatedAt: clock.now };
  await db.insert(clientUsers).values([
    { ...old, id: newId(), name: 'Пётр Смирнов', phone: '8 (999) 123-45-67', email: 'нет', address: 'г. Москва' },
    { ...old, id: newId(), name: '  ', phone: 'неизвестен' },
  ]);
  const users = createClientUsers({ db, now: () => clock.now, newId, sync: { announce } });
  expect(await users.backfill(other)).toEqual({ users: 5, created: 2 });
  expect(await users.backfill(other)).toEqual({ users: 5, created: 0 });
  const files = await db
    .select({ fields: entities.fields })
    .from(entities)
    .where(sql`${entities.type} = 'client' AND ${entities.organizationId} = ${other.organizationId}`);
  expect(files).toHaveLength(5);
  expect(files.every(({ fields }) => fields?.['status'] === 'new')).toBe(true);
  expect(files.map(({ fields }) => fields)).toContainEqual(
    expect.objectContaining({ name: 'Пётр Смирнов', phone: '+79991234567', registrationAddress: 'г. Москва' }),
  );
  expect(files.map(({ fields }) => fields?.['name'])).toContain('Без имени');
});
