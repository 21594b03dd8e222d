/** The domains as screens meet them: through the one door, with the contract checking what goes in and what comes out. */
import { scryptSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createDirectClient, createRouter, type Procedures } from '#main/rpc/router.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { createTestClients } from '#test/doubles/clients-double.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { type CounterWorld, createCounterWorld, DIAGNOSTICS, MILK } from '#test/doubles/counter-world.ts';
import { catalogueProcedures } from './catalogue/catalogue.procedures.ts';
import { clientsProcedures } from './clients/clients.procedures.ts';
import { ordersProcedures } from './orders/orders.procedures.ts';
import { paymentsProcedures } from './payments/payments.procedures.ts';
import { createDevProvider } from './payments/provider.ts';
import { staffProcedures } from './staff/staff.procedures.ts';
import { createStaff } from './staff/staff.service.ts';
import { staff as staffTable } from './staff/staff.tables.ts';
import { visitsProcedures } from './visits/visits.procedures.ts';

const SALT = 'saltsaltsalt';
const ANNA: StaffMember = {
  id: '00000000-0000-7000-8000-0000000000a1',
  name: 'Анна Петрова',
  role: 'cashier',
  pinVerifier: `scrypt$1024$8$1$${Buffer.from(SALT).toString('base64url')}$${scryptSync('0417', SALT, 32, { cost: 1024, blockSize: 8, parallelization: 1 }).toString('base64url')}`,
  active: true,
};
const SALE = {
  id: '00000000-0000-7000-8000-0000000000f1',
  lines: [{ itemId: MILK.id, quantityMilli: 1000 }],
  tenders: [{ type: 'cash' as const, sumMinor: 10_000 }],
};

const OLGA: StaffMember = { ...ANNA, id: '00000000-0000-7000-8000-0000000000a2', name: 'Ольга', role: 'supervisor' };

let world: CounterWorld;

/** A device of a mode, as its own screen sees it. */
const as = (mode: Mode): DeviceClient => {
  const provider = createDevProvider({ autoConfirmDelayMs: 2000, manualMode: false });
  world = createCounterWorld({ mode, provider });
  const { core, sync, catalogue, visits, orders, payments, voids } = world;
  for (const fields of [ANNA, OLGA]) {
    core.db.insert(staffTable).values({ id: fields.id, scope: 'shop:1', ver: 1, fields }).run();
  }
  const staff = createStaff(core);
  world.state.requireApproval = (need) => staff.requireApproval(need);
  const procedures = {
    staff: staffProcedures(staff, { discountLimitPercent: 10, voidLimitMinor: 100_000 }),
    catalogue: catalogueProcedures(catalogue),
    visits: visitsProcedures(visits, () => null),
    orders: ordersProcedures(orders, voids),
    payments: paymentsProcedures(payments),
    clients: clientsProcedures(createTestClients(core, { sync, signedIn: () => staff.signedIn() })),
    // Without the device's own and the register's procedures, which are tried where they live.
  } as unknown as Procedures;
  const router = createRouter(procedures, { log: quietLog, newRef: () => 'r1' });
  return createDirectClient(router, { mode, connectionId: 'c1', signedIn: () => staff.signedIn() !== undefined });
};

describe('a cashier', () => {
  test('signs in, finds, sells, gives back', async () => {
    const cashier = as('cashier');
    expect(await cashier.staff.list()).toEqual([
      { id: ANNA.id, name: 'Анна Петрова', role: 'cashier' },
      { id: OLGA.id, name: 'Ольга', role: 'supervisor' },
    ]);
    expect(await cashier.staff.current()).toEqual({});
    await expect(cashier.payments.checkout(SALE)).rejects.toMatchObject({ code: 'staff.not_signed_in', defined: true });
    await expect(cashier.staff.signIn({ memberId: ANNA.id, pin: '1111' })).rejects.toMatchObject({
      code: 'staff.pin_wrong',
      defined: true,
    });
    expect(await cashier.staff.signIn({ memberId: ANNA.id, pin: '0417' })).toEqual({
      member: { id: ANNA.id, name: 'Анна Петрова', role: 'cashier' },
    });
    expect(await cashier.catalogue.search({ text: 'мол' })).toEqual([MILK]);
    expect(await cashier.catalogue.byBarcode({ barcode: '1' })).toBeNull();
    expect(await cashier.catalogue.categories()).toEqual(['Молочное', 'Услуги']);

    expect(await cashier.payments.checkout(SALE)).toMatchObject({ orderNumber: 'C-0001', changeMinor: 1010 });
    const [recent] = await cashier.orders.recent({});
    expect(recent).toMatchObject({ order: { id: SALE.id, status: 'paid' }, payments: [{ method: 'cash' }] });
    expect(await cashier.staff.policy()).toEqual({ discountLimitPercent: 10, voidLimitMinor: 100_000 });
    const refund = {
      id: '00000000-0000-7000-8000-0000000000f2',
      orderId: SALE.id,
      lines: [{ line: 0, quantityMilli: 1000 }],
      totalMinor: 8990,
      reason: 'unwanted' as const,
    };
    await expect(cashier.payments.refund(refund)).rejects.toMatchObject({
      code: 'staff.approval_required',
      defined: true,
      data: { params: { action: 'refund', subject: refund.id } },
    });
    const asked = { memberId: OLGA.id, pin: '0417', action: 'refund' as const, subject: refund.id };
    const { approvalId, approver } = await cashier.staff.approve(asked);
    expect(approver.name).toBe(OLGA.name);
    expect(await cashier.payments.refund({ ...refund, approvalId })).toMatchObject({ refundId: refund.id });
    expect(await cashier.orders.get({ id: SALE.id })).toMatchObject({
      order: { status: 'refunded' },
      refunds: [{ id: refund.id, approvedBy: OLGA.name }],
    });
    expect(
      await cashier.orders.findByReceipt({ fnNumber: '9999078900005419', fiscalDocumentNumber: 1, fiscalSign: '7' }),
    ).toBeNull();
    const line = { itemId: MILK.id, name: MILK.name, quantityMilli: 1000, totalMinor: 8990 };
    await cashier.orders.recordVoid({ id: SALE.id, receiptId: SALE.id, what: 'line', lines: [line] });
    await cashier.orders.restoreVoid({ id: SALE.id, receiptId: SALE.id });
    await expect(cashier.orders.get({ id: 'none' })).rejects.toMatchObject({ code: 'orders.not_found', defined: true });
    expect(await cashier.staff.signOut()).toEqual({});
  });

  test('is told until when the sign-in is locked', async () => {
    const cashier = as('cashier');
    const guess = () => cashier.staff.signIn({ memberId: ANNA.id, pin: '1111' });
    for (let n = 1; n <= 4; n += 1) await expect(guess()).rejects.toMatchObject({ code: 'staff.pin_wrong' });
    await expect(guess()).rejects.toMatchObject({
      code: 'staff.locked',
      defined: true,
      data: { ref: 'r1', params: { retryAt: world.core.now() + 300_000 } },
    });
  });

  test('is told what is wrong with a discount, by its path', async () => {
    const cashier = as('cashier');
    await cashier.staff.signIn({ memberId: ANNA.id, pin: '0417' });
    const discount = { kind: 'amount' as const, amountMinor: 9999 };
    const lines = [{ itemId: MILK.id, quantityMilli: 1000, discount }];
    await expect(cashier.payments.checkout({ ...SALE, lines })).rejects.toMatchObject({
      code: 'app.bad_input',
      data: { issues: [{ path: 'lines.0.discount.amountMinor' }] },
    });
  });
});

test('a client at a kiosk: start, contact, pay, complete', async () => {
  const kiosk = as('kiosk');
  expect(await kiosk.visits.current()).toBeNull();
  expect(await kiosk.catalogue.services()).toEqual([DIAGNOSTICS]);
  const { id } = await kiosk.visits.start({ kind: 'diagnostics', language: 'he' });
  await expect(kiosk.visits.start({ kind: 'photo', language: 'ru' })).rejects.toMatchObject({
    code: 'visits.already_active',
    defined: true,
    data: { params: { id } },
  });
  await kiosk.visits.setContact({ id, contact: { email: 'mistyped@example.ru' } });
  const { contact } = await kiosk.visits.setContact({ id, contact: { phone: '8 (900) 123-45-67' } });
  expect(contact).toEqual({ phone: '+79001234567' });
  const intent = await kiosk.payments.createIntent({ visitId: id });
  expect(await kiosk.visits.expire({ id })).toMatchObject({ status: 'active' });
  world.core.advance(2000);
  await expect(kiosk.payments.cancelIntent({ id: intent.id })).rejects.toMatchObject({
    code: 'payments.already_confirmed',
    defined: true,
  });
  expect(await kiosk.payments.intent({ id: intent.id })).toMatchObject({ status: 'confirmed' });
  expect(await kiosk.visits.complete({ id })).toMatchObject({ status: 'completed' });
  await expect(kiosk.visits.expire({ id })).rejects.toMatchObject({ code: 'visits.illegal_transition', defined: true });
  expect(await kiosk.visits.current()).toBeNull();
  await expect(kiosk.orders.recent({})).rejects.toMatchObject({ code: 'auth.forbidden' });
});

test('a manager lists clients, and once signed in writes their files', async () => {
  const manager = as('manager');
  expect(await manager.clients.list({ tab: 'mine' })).toEqual({
    clients: [],
    counts: { new: 0, in_work: 0, processed: 0, mine: 0 },
    disputed: [],
  });
  const file = { name: 'Смирнова Елена', set: { phone: '8 900 123-45-67' }, tags: [] };
  await expect(manager.clients.create(file)).rejects.toMatchObject({ code: 'staff.not_signed_in', defined: true });
  await manager.staff.signIn({ memberId: ANNA.id, pin: '0417' });
  const { id } = await manager.clients.create(file);
  await manager.clients.patch({ id, set: { comment: 'утром', assignedTo: ANNA.id }, add: { tags: ['vip'] } });
  expect(await manager.clients.get({ id })).toMatchObject({
    client: { name: 'Смирнова Елена', phone: '+79001234567', comment: 'утром', tags: ['vip'] },
    conflicts: [],
  });
  expect(await manager.clients.list({ tab: 'mine', text: 'елена' })).toMatchObject({
    clients: [{ id, conflicts: [] }],
  });
  const choose = { deviceId: 'd', incarnation: 1, mid: 1 };
  await expect(manager.clients.resolveConflict({ id, field: 'phone', choose })).rejects.toMatchObject({
    code: 'clients.conflict_changed',
    defined: true,
  });
  await manager.clients.remove({ id });
  expect(await manager.clients.get({ id })).toBeNull();
  expect(await manager.clients.lost()).toEqual([]);
  await expect(manager.clients.restoreCopy({ id })).rejects.toMatchObject({ code: 'clients.not_found', defined: true });
  await manager.clients.dismissLost({ id });
  await expect(as('cashier').clients.list({ tab: 'new' })).rejects.toMatchObject({ code: 'auth.forbidden' });
});
