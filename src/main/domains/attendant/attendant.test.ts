/** The service menu through the one door, over real domains, with an emulated adapter and the real commands of a printer. */
import { scryptSync } from 'node:crypto';
import { Registry } from 'prom-client';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { startElm } from '#emulators/elm327/emulator.ts';
import { createDirectClient, createRouter, type Procedures } from '#main/rpc/router.ts';
import { createInstruments } from '#main/services/instruments.ts';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { createTestCore, quietLog, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync } from '#test/doubles/local-sync.ts';
import { createStaff } from '../staff/staff.service.ts';
import { staff as staffTable } from '../staff/staff.tables.ts';
import { visitsProcedures } from '../visits/visits.procedures.ts';
import { createVisits } from '../visits/visits.service.ts';
import { attendantProcedures } from './attendant.procedures.ts';
import { createAttendant } from './attendant.service.ts';
import { createSwitches } from './switches.service.ts';

const SALT = 'saltsaltsalt';
const OLGA: StaffMember = {
  id: '00000000-0000-7000-8000-0000000000a2',
  name: 'Ольга',
  role: 'supervisor',
  pinVerifier: `scrypt$1024$8$1$${Buffer.from(SALT).toString('base64url')}$${scryptSync('0417', SALT, 32, { cost: 1024, blockSize: 8, parallelization: 1 }).toString('base64url')}`,
  active: true,
};
const ANNA: StaffMember = { ...OLGA, id: '00000000-0000-7000-8000-0000000000a1', name: 'Анна', role: 'cashier' };
const PIN = { memberId: OLGA.id, pin: '0417' };

let core: TestCore;
let kiosk: DeviceClient;
let isSignedIn: () => boolean;
let hasLeft: boolean;
const elm = await startElm({ port: 0, controlPort: 0, car: 'faulty' });

/** A life of the kiosk over what is on its disk. */
const boot = () => {
  core = { ...core, metrics: new Registry() };
  const staff = createStaff(core);
  const switches = createSwitches(core);
  const visits = createVisits(core, {
    sync: createLocalSync(core, 'kiosk'),
    ttlMs: 3_600_000,
    payments: { pendingUntil: () => undefined, isPaid: () => true },
    isOff: (kind) => switches.isOff(kind),
  });
  const instruments = createInstruments(
    {
      diagnostics: { adapter: `127.0.0.1:${elm.port}`, connectMs: 2000, totalMs: 10_000 },
      thickness: { gauge: '127.0.0.1:1', factoryFrom: 80, factoryTo: 180, repaintTo: 300 },
      reports: { printer: undefined, publicUrl: undefined },
    },
    { version: '1.2.3', now: core.now },
  );
  const attendant = createAttendant(core, {
    staff,
    visits,
    switches,
    isPaid: () => true,
    instruments: instruments.atHand,
    program: { version: '1.2.3', platform: 'linux-x64' },
    leave: () => (hasLeft = true),
  });
  isSignedIn = () => staff.signedIn() !== undefined;
  const procedures = {
    attendant: attendantProcedures(attendant),
    visits: visitsProcedures(visits, () => null),
    // Without the procedures that a menu does not call.
  } as unknown as Procedures;
  kiosk = createDirectClient(createRouter(procedures, { log: quietLog, newRef: () => 'r1' }), {
    mode: 'kiosk',
    connectionId: 'c1',
    signedIn: isSignedIn,
  });
};

beforeEach(() => {
  core = createTestCore();
  for (const fields of [OLGA, ANNA]) {
    core.db.insert(staffTable).values({ id: fields.id, scope: 'shop:1', ver: 1, fields }).run();
  }
  boot();
});
afterAll(() => elm.stop());

test('nothing of the menu answers without a PIN, and a cashier has no way in', async () => {
  const locked = expect.objectContaining({ code: 'staff.not_signed_in' });
  await expect(kiosk.attendant.state()).rejects.toThrow(locked);
  await expect(kiosk.attendant.switch({ capability: 'photo', isOff: true })).rejects.toThrow(locked);
  await expect(kiosk.attendant.test({ instrument: 'adapter' })).rejects.toThrow(locked);
  await expect(kiosk.attendant.endVisit()).rejects.toThrow(locked);
  expect(await kiosk.attendant.staff()).toEqual([{ id: OLGA.id, name: 'Ольга', role: 'supervisor' }]);
  await expect(kiosk.attendant.open({ ...PIN, memberId: ANNA.id })).rejects.toMatchObject({
    code: 'staff.not_supervisor',
  });
  await kiosk.attendant.open(PIN);
  expect(await kiosk.attendant.state()).toMatchObject({ version: '1.2.3', platform: 'linux-x64' });
  await kiosk.attendant.close();
  await expect(kiosk.attendant.state()).rejects.toThrow(locked);
});

test('AU-08 kiosk exit: five wrong PINs lock the entrance, over a restart too', async () => {
  for (let tried = 1; tried <= 5; tried += 1) {
    await expect(kiosk.attendant.open({ ...PIN, pin: '0000' })).rejects.toMatchObject({
      code: tried < 5 ? 'staff.pin_wrong' : 'staff.locked',
    });
  }
  boot();
  await expect(kiosk.attendant.open(PIN)).rejects.toMatchObject({ code: 'staff.locked' });
  core.advance(5 * 60_000);
  expect(await kiosk.attendant.open(PIN)).toMatchObject({ member: { name: 'Ольга' } });
});

test('what is taken out of order is sold to nobody, stays so over a restart, and stops nothing else', async () => {
  await kiosk.attendant.open(PIN);
  const { capabilities } = await kiosk.attendant.switch({ capability: 'photo', isOff: true });
  expect(capabilities).toContainEqual({ name: 'photo', isSetUp: true, offSince: core.now() });
  expect(capabilities).toContainEqual({ name: 'printing', isSetUp: false });
  boot();
  expect(await kiosk.attendant.off()).toEqual(['photo']);
  await expect(kiosk.visits.start({ kind: 'photo', language: 'ru' })).rejects.toMatchObject({
    code: 'visits.out_of_order',
  });
  expect(await kiosk.visits.start({ kind: 'diagnostics', language: 'ru' })).toMatchObject({ status: 'active' });
  await kiosk.attendant.open(PIN);
  await kiosk.attendant.switch({ capability: 'photo', isOff: false });
  expect(await kiosk.attendant.off()).toEqual([]);
});

test('an instrument that answers is named, one that does not says why, one that serves is left alone', async () => {
  await kiosk.attendant.open(PIN);
  expect(await kiosk.attendant.test({ instrument: 'adapter' })).toEqual({
    kind: 'answers',
    said: expect.stringMatching(/ELM327.*V$/),
  });
  expect(await kiosk.attendant.test({ instrument: 'gauge' })).toMatchObject({
    kind: 'fails',
    fault: 'adapter_unreachable',
  });
  expect(await kiosk.attendant.test({ instrument: 'printer' })).toMatchObject({ fault: 'not_set_up' });
  await kiosk.visits.start({ kind: 'diagnostics', language: 'ru' });
  await expect(kiosk.attendant.test({ instrument: 'adapter' })).rejects.toMatchObject({ code: 'diagnostics.busy' });
});

test('a person ends the visit of a guest; it is neither completed nor left to time', async () => {
  const { id } = await kiosk.visits.start({ kind: 'thickness', language: 'ru' });
  await kiosk.attendant.open(PIN);
  expect((await kiosk.attendant.state()).visit).toMatchObject({ id, kind: 'thickness', isPaid: true });
  expect((await kiosk.attendant.endVisit()).visit).toBeUndefined();
  await expect(kiosk.visits.complete({ id })).rejects.toMatchObject({ code: 'visits.illegal_transition' });
});

test('AU-08 the program is ended by a person with a PIN, after the answer, and under no guest', async () => {
  hasLeft = false;
  await expect(kiosk.attendant.leave()).rejects.toMatchObject({ code: 'staff.not_signed_in' });
  await kiosk.visits.start({ kind: 'diagnostics', language: 'ru' });
  await kiosk.attendant.open(PIN);
  await expect(kiosk.attendant.leave()).rejects.toMatchObject({ code: 'visits.illegal_transition' });
  await kiosk.attendant.endVisit();
  expect(await kiosk.visits.current()).toBeNull();
  expect(await kiosk.attendant.state()).toMatchObject({ mayLeave: true });
  expect(hasLeft).toBe(false);
  await kiosk.attendant.leave();
  await new Promise(setImmediate);
  expect(hasLeft).toBe(true);
});
