/** A manager's device and the real server: a draft with no network, and what binds once there is one. */
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appliances, clients, passports, tariffs } from '#main/domains/clients/clients.tables.ts';
import { createManagerWire } from '#main/domains/contracts/contracts.http.ts';
import { createContracts } from '#main/domains/contracts/contracts.service.ts';
import { contracts as contractsTable } from '#main/domains/contracts/contracts.tables.ts';
import { createReportFonts } from '#node/pdf/fonts.ts';
import { createOrganizationKeys } from '#server/organization-keys.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { addOrganization, createTestApp, enrolledDevice, T0, type TestApp } from '#server/testing/test-app.ts';
import type { Appliance } from '#shared/clients/appliances.schema.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { Passport } from '#shared/clients/passport.schema.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { PLAIN } from '#test/doubles/contracts-world.ts';
import { createTestCore } from '#test/doubles/core-double.ts';

const PASSPORT_KEY = 'a key of the test of contracts';
const PHOTO = 'f'.repeat(64);
const ROOT = join(import.meta.dirname, '../..');

let server: TestApp;
let library: PDFiumLibrary;
beforeAll(async () => {
  server = await createTestApp({ PASSPORT_KEY });
  library = await PDFiumLibrary.init();
});
afterAll(async () => {
  await server.close();
  library.destroy();
});

const codeOf = async (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? { code: error.code, ...error.details } : error),
  );

test('AM-28 with no network there is a draft that says so and nothing to sign; with one the server makes the contract of the same data', async () => {
  const organization = await addOrganization(server);
  const { shopId, organizationId } = organization;
  const device = await enrolledDevice(server, organization, { mode: 'manager' });
  const core = createTestCore(T0);
  const [clientId, tariffId] = [server.newId(), server.newId()];
  const member: StaffMember = { id: server.newId(), name: 'Анна', role: 'manager', pinVerifier: 'x', active: true };
  const sealing = createOrganizationKeys(PASSPORT_KEY).sealingOf(organization);
  const at = { createdAt: T0, updatedAt: T0 };
  const client: Client = {
    id: clientId,
    shopId,
    name: 'Иван Петров',
    phone: '+79991234567',
    tariffId,
    phones: [],
    tags: [],
    status: 'in_verification',
    ...at,
  };
  const sealed = Object.entries(PLAIN).map(([field, value]) => [
    field,
    sealing.seal(['passport', clientId, field], value),
  ]);
  const passport = { id: clientId, shopId, ...Object.fromEntries(sealed), ...at } as Passport;
  const tariff: Tariff = {
    id: tariffId,
    lineId: server.newId(),
    version: 1,
    name: 'Базовый',
    baseFeeMinor: 0,
    extraPerApplianceMinor: 100_000,
    effectiveFrom: 0,
    active: true,
  };
  const appliance: Appliance = {
    id: server.newId(),
    clientId,
    shopId,
    kind: 'television',
    title: 'Samsung QE55Q60',
    extraFeeMinor: 0,
    photos: [],
    ...at,
  };
  const scope = shopScope(shopId);
  await server.db.transaction((tx) =>
    writeRows(
      tx,
      organizationId,
      [
        { type: 'staff', id: member.id, scope, fields: member },
        { type: 'client', id: clientId, scope, fields: client },
        { type: 'passport', id: clientId, scope, fields: passport },
        { type: 'tariff', id: tariffId, scope, fields: tariff },
        { type: 'appliance', id: appliance.id, scope, fields: appliance },
      ],
      T0,
    ),
  );
  core.db.insert(clients).values({ id: clientId, scope, ver: 1, fields: client }).run();
  core.db.insert(passports).values({ id: clientId, scope, ver: 1, fields: passport }).run();
  core.db.insert(tariffs).values({ id: tariffId, scope, ver: 1, fields: tariff }).run();
  // Taken here, and not sent with the rows: the server draws what it has by then.
  core.db
    .insert(appliances)
    .values({ id: appliance.id, scope, ver: 1, fields: { ...appliance, photos: [PHOTO] } })
    .run();

  let serverUrl = 'http://127.0.0.1:1';
  const revealed: string[] = [];
  const sentPhotos: (readonly string[])[] = [];
  const contracts = createContracts(core, {
    wire: createManagerWire({
      endpoint: () => Promise.resolve({ serverUrl, token: device.token }),
      now: () => server.clock.now,
      version: '1.2.3',
      signal: new AbortController().signal,
    }),
    reveal: (id) => {
      revealed.push(id);
      return Promise.resolve({ values: PLAIN });
    },
    photo: () => Promise.resolve(undefined),
    fonts: createReportFonts(ROOT),
    shop: () => ({
      id: shopId,
      organizationId,
      organizationName: 'ООО «Автомаркет»',
      organizationInn: '7707083893',
      name: 'Лесная',
      address: 'г. Москва, ул. Лесная, 5',
      timeZone: 'Europe/Moscow',
      currency: 'RUB',
      taxationSystem: 'osn',
      defaultLanguage: 'ru',
    }),
    signedIn: () => member,
    sendAll: () => Promise.resolve(0),
    sendPhotos: (ids) => {
      sentPhotos.push(ids);
      return Promise.resolve();
    },
    readAnew: () => Promise.resolve(),
    isOnline: () => false,
  });

  expect(contracts.card(clientId)).toMatchObject({
    lacks: [],
    current: null,
    fees: { totalMinor: 100_000, dueMinor: 100_000 },
  });
  const draft = await contracts.draft(clientId);
  expect(revealed).toEqual([clientId]);
  const document = await library.loadDocument(Buffer.from(draft.base64, 'base64'));
  const sheets = [...document.pages()].map((page) => page.getText());
  document.destroy();
  expect(sheets).toHaveLength(draft.pages);
  for (const sheet of sheets) expect(sheet).toContain('ЧЕРНОВИК');
  expect(await codeOf(contracts.generate(clientId))).toMatchObject({ code: 'contracts.offline' });
  expect(await codeOf(contracts.confirm(clientId, '123456'))).toMatchObject({ code: 'contracts.offline' });

  serverUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const made = await contracts.generate(clientId);
  expect(made).toMatchObject({ number: 'ПЕ-251015-01', clientId, dueMinor: 100_000 });
  expect(sentPhotos.at(-1)).toEqual([PHOTO]);
  core.db.insert(contractsTable).values({ id: made.id, scope, ver: 2, fields: made }).run();
  // The server drew it without the photo that is here: nobody signs that.
  expect(contracts.card(clientId)).toMatchObject({ current: { id: made.id }, isChanged: true });
  core.db.update(appliances).set({ fields: appliance }).where(eq(appliances.id, appliance.id)).run();
  // The device makes the same snapshot of the same rows.
  expect(contracts.card(clientId)).toMatchObject({ current: { id: made.id }, isChanged: false });
  const pdf = await contracts.document(clientId, made.id);
  expect(pdf.sha256).toBe(made.pdfSha256);
  expect(await codeOf(contracts.confirm(clientId, ''))).toMatchObject({ code: 'contracts.otp_invalid' });
  const wrong = await codeOf(contracts.confirm(clientId, '000000'));
  expect(wrong).toMatchObject({ code: 'contracts.otp_invalid', attempts_left: 4 });
  expect(await codeOf(contracts.confirmPayment({ clientId, tender: 'card' }))).toMatchObject({
    code: 'contracts.not_signed',
  });
  expect(JSON.stringify(server.logged)).not.toContain(device.token);
});
