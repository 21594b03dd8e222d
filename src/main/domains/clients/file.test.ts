/** Passports, appliances, photos and tariffs of one laptop that has no line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sealing } from '#node/sealing.ts';
import { APPLIANCE_NAMES, ApplianceKind, NewAppliance } from '#shared/clients/appliances.schema.ts';
import type { PassportText } from '#shared/clients/passport.schema.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import { createMemoryBlobs, createTestClients, type MemoryBlobs, TEST_SEALING } from '#test/doubles/clients-double.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync, type LocalSync, TEST_WRITER } from '#test/doubles/local-sync.ts';
import type { ClientService } from './clients.service.ts';
import { tariffs } from './clients.tables.ts';

const PASSPORT = {
  lastName: 'Петров',
  firstName: 'Иван',
  series: '12 34',
  number: '567890',
  issuedBy: 'ОВД района Арбат',
  issueCode: '770001',
  issueDate: '2020-01-01',
  address: 'г. Москва, ул. Арбат, д. 1',
} satisfies PassportText;
const TV = { kind: 'television', title: 'Samsung QE55Q60' } as const;
const PICTURE = readFileSync(join(import.meta.dirname, '../../../../scripts/demo-photos/car-1.jpg'));
const memberId = '00000000-0000-7000-8000-0000000000a1';

let core: TestCore;
let sync: LocalSync;
let blobs: MemoryBlobs;
let sealing: Sealing | undefined;
let clients: ClientService;
let id: string;
beforeEach(() => {
  core = createTestCore();
  sync = createLocalSync(core, 'manager');
  blobs = createMemoryBlobs();
  sealing = TEST_SEALING;
  clients = createTestClients(core, {
    sync,
    blobs,
    sealing: () => sealing,
    signedIn: () => ({ id: memberId, name: 'Анна', role: 'manager', pinVerifier: '', active: true }),
  });
  ({ id } = clients.create({ name: 'Иван Петров', set: {}, tags: [] }));
});

const codeOf = async (act: () => unknown): Promise<unknown> => {
  try {
    await act();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
};
async function* once(bytes: Uint8Array) {
  yield await Promise.resolve(bytes);
}
/** A JPEG of this size as far as its header says. */
const jpeg = (width: number, height: number) =>
  Uint8Array.from(
    [
      [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0],
      [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 0xff, 0xd9],
    ].flat(),
  );
const fileOf = (clientId = id) => {
  const file = clients.get(clientId);
  if (file === null) throw new Error('no such file');
  return file;
};

describe('AM-04 step 1', () => {
  test('takes the file: it is looked into, and is theirs who saved it', () => {
    clients.saveProfile(id, { phone: '+79991234567', registrationAddress: 'г. Москва, ул. Арбат' });
    expect(fileOf().client).toMatchObject({ status: 'in_verification', assignedTo: memberId, phone: '+79991234567' });
    expect(sync.outbox()).toEqual(['client.create', 'client.patch', 'client.take']);
    clients.saveProfile(id, { email: 'a@b.ru' });
    expect(sync.outbox()).toHaveLength(4);
  });

  test('refuses an address that is a city alone, and keeps nothing of it', async () => {
    const save = () => clients.saveProfile(id, { phone: '+79991234567', registrationAddress: 'Москва' });
    expect(await codeOf(save)).toBe('clients.address_incomplete');
    expect(fileOf().client).toMatchObject({ status: 'new' });
    expect(fileOf().client).not.toHaveProperty('phone');
  });
});

describe('AM-07 a passport', () => {
  test('that is right is kept as it is printed, and shown masked', async () => {
    clients.passports.save(id, PASSPORT);
    expect(fileOf().passport).toEqual({
      masked: {
        lastName: 'П•••',
        firstName: 'И•••',
        series: '••••',
        number: '••••90',
        issuedBy: '•••',
        issueCode: '•••-•••',
        issueDate: '••.••.••••',
        address: '•••',
      },
      faults: [],
      isLocked: false,
    });
    const { values } = await clients.passports.reveal(id);
    expect(values).toEqual({ ...PASSPORT, series: '1234', issueCode: '770-001' });
  });

  test.each([
    ['issueDate', '2999-01-01', 'in_future'],
    ['series', '12', 'four_digits'],
    ['issueCode', '77', 'issue_code'],
    ['lastName', null, 'required'],
  ] as const)('with a wrong %s is refused whole, and what is said of it names no value', (field, value, rule) => {
    const save = () => clients.passports.save(id, { ...PASSPORT, [field]: value });
    expect(save).toThrow(
      expect.objectContaining({ code: 'clients.passport_invalid', details: { faults: [{ field, rule }] } }),
    );
    expect(save).not.toThrow(value ?? 'Петров');
    expect(sync.outbox()).toEqual(['client.create']);
  });

  test('is kept as it is typed, burst by burst, with what is still wrong', () => {
    expect(clients.passports.patch(id, { series: '12' }).faults).toContainEqual({
      field: 'series',
      rule: 'four_digits',
    });
    clients.passports.patch(id, { series: '1234', lastName: 'Петров' });
    expect(fileOf().passport.masked).toEqual({ lastName: 'П•••', series: '••••' });
    const made = sync.outbox().length;
    clients.passports.patch(id, { series: '12 34' });
    expect(sync.outbox()).toHaveLength(made);
    clients.passports.patch(id, { lastName: '' });
    expect(fileOf().passport.masked).toEqual({ series: '••••' });
  });

  test('is locked, not empty, while there is no key, and nothing is written', async () => {
    clients.passports.save(id, PASSPORT);
    sealing = undefined;
    expect(fileOf().passport).toEqual({ masked: {}, faults: [], isLocked: true });
    expect(await codeOf(() => clients.passports.patch(id, { series: '9999' }))).toBe('clients.key_missing');
    expect(await codeOf(() => clients.passports.reveal(id))).toBe('clients.key_missing');
    expect(sync.outbox()).toEqual(['client.create', 'passport.patch']);
  });

  test('goes with the file', () => {
    clients.passports.save(id, PASSPORT);
    clients.appliances.add(id, TV);
    clients.remove(id);
    for (const table of ['clients', 'passports', 'appliances'])
      expect(core.db.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
  });
});

describe('AM-08 an appliance', () => {
  test('is added, changed, and taken out', () => {
    const added = clients.appliances.add(id, { ...TV, specs: { Диагональ: '55' } });
    clients.appliances.patch(added.id, { title: 'LG', extraFeeMinor: 150_000, specs: null });
    expect(fileOf().appliances).toMatchObject([
      { id: added.id, kind: 'television', title: 'LG', extraFeeMinor: 150_000 },
    ]);
    expect(clients.list({ tab: 'new', text: '' }).clients).toMatchObject([{ applianceCount: 1 }]);
    clients.appliances.remove(added.id);
    expect(fileOf().appliances).toEqual([]);
  });

  test.each([
    ['a blank title', { ...TV, title: '  ' }],
    ['a title of 129 letters', { ...TV, title: 'я'.repeat(129) }],
    ['a kind that is not on the list', { ...TV, kind: 'toaster' }],
    ['a fee below nothing', { ...TV, extraFeeMinor: -1 }],
  ])('with %s is none', (_, wrong) => {
    expect(NewAppliance.safeParse(wrong).success).toBe(false);
  });

  test('has a name for each kind, as a contract says it', () => {
    expect(ApplianceKind.options.map((kind) => APPLIANCE_NAMES[kind])).toEqual([
      'Телефон',
      'Телевизор',
      'Планшет',
      'Роутер',
      'Холодильник',
      'Плита',
      'Варочная панель',
      'Вытяжка',
      'Духовка',
      'Кондиционер',
    ]);
  });
});

describe('AM-09 a photo', () => {
  let appliance: string;
  beforeEach(() => {
    appliance = clients.appliances.add(id, TV).id;
  });
  const give = (bytes: Uint8Array) => clients.pictures.takeOfAppliance(appliance, once(bytes));

  test('that the screen has made 1200×900 is kept; the camera one of 4000×3000 is not', async () => {
    await give(jpeg(1200, 900));
    expect(fileOf().appliances[0]?.photos).toHaveLength(1);
    expect(await codeOf(() => give(jpeg(4000, 3000)))).toBe('clients.photo_too_large');
    expect(await codeOf(() => give(jpeg(900, 1201)))).toBe('clients.photo_too_large');
    expect(fileOf().appliances[0]?.photos).toHaveLength(1);
  });

  test('is kept once, without where it was taken', async () => {
    const exif = Buffer.from('Exif\0\0GPSLatitude 55.7558');
    const noisy = Buffer.concat([
      PICTURE.subarray(0, 2),
      Buffer.of(0xff, 0xe1, 0, exif.length + 2),
      exif,
      PICTURE.subarray(2),
    ]);
    const first = await give(noisy);
    const again = await give(PICTURE);
    expect(again.id).toBe(first.id);
    expect(fileOf().appliances[0]?.photos).toEqual([{ id: first.id, state: 'local' }]);
    expect(blobs.files.get(first.id)?.includes('GPSLatitude')).toBe(false);
    clients.appliances.removePhoto(appliance, first.id);
    expect(fileOf().appliances[0]?.photos).toEqual([]);
  });

  test.each([
    ['a page', '<!doctype html>', 'blobs.type_refused'],
    ['a PDF', '%PDF-1.7\n', 'blobs.type_refused'],
    ['a WebP, which no contract could show', 'RIFF\x24\0\0\0WEBPVP8 ', 'blobs.type_refused'],
    ['a JPEG that was cut', '\xff\xd8\xff\xe0\0\x10JFIF', 'photos.bad_picture'],
  ])('is not %s', async (_, text, code) => {
    expect(await codeOf(() => give(Buffer.from(text, 'latin1')))).toBe(code);
    expect(blobs.files.size).toBe(0);
  });

  test('of a passport is on the disk sealed, and in clear only where it is asked for', async () => {
    const view = await clients.pictures.takeOfPassport(id, once(PICTURE));
    const kept = blobs.files.get(view.id);
    expect(kept?.includes(PICTURE.subarray(1000, 1032))).toBe(false);
    expect(fileOf().passport.photo).toEqual({ id: view.id, state: 'local' });
    const { photo } = await clients.passports.reveal(id);
    expect(photo).toBe(`data:image/jpeg;base64,${PICTURE.toString('base64')}`);
    clients.passports.removePhoto(id);
    expect(fileOf().passport).not.toHaveProperty('photo');
  });
});

describe('AM-11 a tariff', () => {
  const tariff = (n: number, change: Partial<Tariff> = {}): Tariff => ({
    id: `00000000-0000-7000-8000-00000000070${n}`,
    lineId: '00000000-0000-7000-8000-000000000700',
    version: n,
    name: 'Домашний сервис',
    baseFeeMinor: 0,
    extraPerApplianceMinor: 100_000,
    effectiveFrom: 0,
    active: true,
    ...change,
  });
  const give = (fields: Tariff) =>
    core.db
      .insert(tariffs)
      .values({ id: fields.id, scope: `org:${TEST_WRITER.organizationId}`, ver: 1, fields })
      .run();

  test('comes to the sum over the appliances that are there, and follows them', () => {
    give(tariff(1));
    for (const title of ['а', 'б', 'в']) clients.appliances.add(id, { ...TV, title });
    expect(clients.appliances.applyTariff(id, undefined).quote).toMatchObject({
      applianceCount: 3,
      totalExtraFeeMinor: 300_000,
    });
    const [first] = fileOf().appliances;
    clients.appliances.patch(first?.id ?? '', { extraFeeMinor: 150_000 });
    expect(fileOf().tariff).toMatchObject({ tariff: { version: 1 }, quote: { totalExtraFeeMinor: 350_000 } });
  });

  test('stays the version that was chosen when a newer one begins', async () => {
    give(tariff(1));
    clients.appliances.add(id, TV);
    clients.appliances.applyTariff(id, undefined);
    give(tariff(2, { extraPerApplianceMinor: 200_000, effectiveFrom: core.now() }));
    expect(fileOf().tariff).toMatchObject({ tariff: { version: 1 }, quote: { totalExtraFeeMinor: 100_000 } });
    expect(clients.appliances.tariffs().map(({ version }) => version)).toEqual([2]);
    expect(await codeOf(() => clients.appliances.applyTariff(id, tariff(1).id))).toBe('clients.not_found');
    expect(clients.appliances.applyTariff(id, tariff(2).id).quote.totalExtraFeeMinor).toBe(200_000);
  });
});
