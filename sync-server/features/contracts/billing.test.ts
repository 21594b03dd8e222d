/** What a signed contract is billed and paid by. */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { ManagerInvoice } from '#shared/clients/manager-contracts.api.ts';
import type { Contract } from '#shared/contracts/contracts.schema.ts';
import { MINUTE, openContractsWorld, SECOND } from '#test/doubles/contracts-world.ts';

const { world, addAppliance, threeAppliances, ask, generate, confirm, card, rowOf, chat, lastCode, sign, tasks } =
  openContractsWorld();

test('AM-22 after a signature what is added needs a new contract, and only it is billed', async () => {
  await threeAppliances();
  const first = await sign();
  await ask('/payment/confirm', { amount: 3000 });
  world.server.clock.now += MINUTE;
  await addAppliance({ title: 'Ещё один' });
  const second = await generate();
  expect(second).toMatchObject({ number: 'ПЕ-251015-02', version: 2, total: 4000, amount_due: 1000 });
  expect((await card()).status).toBe('awaiting_contract');
  // Until the new one is signed the old one is in force.
  expect(((await rowOf(first.signed.id)) as Contract).status).toBe('paid');
  expect((await confirm(await lastCode())).statusCode).toBe(200);
  expect(await rowOf(first.signed.id)).toMatchObject({ status: 'superseded', signature: first.signed.row.signature });
  const { status, invoices } = await card();
  expect(status).toBe('awaiting_payment');
  expect(invoices.map(({ amount, status: is }) => [amount, is])).toEqual([
    [1000, 'pending'],
    [3000, 'paid'],
  ]);
  const old = await world.server.app.inject({
    method: 'GET',
    url: `/api/manager/clients/${world.clientId}/contracts/${first.signed.id}/pdf`,
    headers: world.manager.headers,
  });
  expect(createHash('sha256').update(old.rawPayload).digest('hex')).toBe(first.signed.signature_hash);
});

describe('AM-24 a payment', () => {
  test('comes after the signature, is of the sum that is due, and is taken once with one receipt', async () => {
    await threeAppliances();
    expect((await ask('/payment/confirm', { amount: 3000 })).json()).toMatchObject({
      status: 409,
      code: 'contracts.not_signed',
    });
    await sign();
    expect((await ask('/payment/confirm', { amount: 2000 })).json()).toMatchObject({
      status: 409,
      code: 'contracts.amount_mismatch',
      due: '3000.00',
    });
    expect((await ask('/payment/confirm', { amount: 2000, force: true })).statusCode).toBe(409);
    const [one, again] = await Promise.all([
      ask('/payment/confirm', { amount: 3000 }),
      ask('/payment/confirm', { amount: 3000 }),
    ]);
    expect([one.statusCode, again.statusCode]).toEqual([200, 200]);
    expect(again.json()).toEqual(one.json());
    const shown = await card();
    expect(shown).toMatchObject({ status: 'processed', contract: { status: 'paid' }, invoices: [{ status: 'paid' }] });
    expect(shown.contract?.payment_confirmed_at).not.toBeNull();
    const printed = await tasks();
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatchObject({ type: 'sale', totalMinor: 300_000, fiscalDeviceId: 'fd-1' });
    expect(printed[0]?.body.receipt?.items[0]?.name).toBe('Обслуживание техники по договору ПЕ-251015-01');
  });

  test('of another sum is taken with a reason, and the receipt is of what was taken', async () => {
    await threeAppliances();
    await sign();
    const body = { amount: 2500, force: true, reason: 'скидка по акции', tender: 'cash' };
    expect((await ask('/payment/confirm', body)).statusCode).toBe(200);
    const [task] = await tasks();
    expect(task?.body.receipt).toMatchObject({ total: 2500, payments: [{ type: 'cash', sum: 2500 }] });
    const { rows } = await world.server.db.execute<{ details: { reason: string } }>(
      sql`SELECT details FROM audit_log WHERE event = 'PAYMENT_MARKED' AND organization_id = ${world.organization.organizationId}`,
    );
    expect(rows).toMatchObject([{ details: { reason: 'скидка по акции', dueMinor: 300_000, amountMinor: 250_000 } }]);
  });
});

test('AM-25 a bill for something more is an invoice and one message, whoever asks twice', async () => {
  await addAppliance();
  const bill = { amount: 1500, description: 'Доп. выезд', contract_number: 'ПЕ-251015-01', due_date: '2025-10-20' };
  const notify = (more: object) => ask('/billing/notify', { ...bill, ...more });
  await generate();
  expect((await notify({})).json()).toMatchObject({ code: 'contracts.not_signed' });
  await confirm(await lastCode());
  await ask('/payment/confirm', {});
  const made = await notify({});
  expect(made.json()).toMatchObject({
    amount: 1500,
    status: 'pending',
    description: 'Доп. выезд',
    due_date: '2025-10-20',
  });
  expect((await notify({})).json<ManagerInvoice>().id).toBe(made.json<ManagerInvoice>().id);
  expect((await notify({ amount: 99 })).json()).toMatchObject({ status: 409, code: 'contracts.invoice_pending' });
  const said = (await chat()).filter(({ body }) => body.includes('1500.00'));
  expect(said.map(({ body }) => body)).toEqual([
    'Выставлен счёт по договору ПЕ-251015-01: 1500.00 ₽. Оплатите до 20.10.2025',
  ]);
  expect((await card()).invoices[0]).toMatchObject({ amount: 1500, status: 'pending' });
  for (const refused of [{ amount: 0 }, { amount: -5 }, { due_date: '2025-10-14' }, { due_date: '2025-02-30' }]) {
    expect((await notify(refused)).statusCode, JSON.stringify(refused)).toBe(400);
  }
  expect((await notify({ contract_number: 'ИВ-251015-77' })).statusCode).toBe(404);
});

describe('at the provider', () => {
  const payOnline = async (invoiceId: string) => {
    const reply = await ask(`/invoices/${invoiceId}/pay-online`);
    expect(reply.statusCode, reply.body).toBe(200);
    return reply.json<{ confirmation_url: string; status: string; amount: number }>();
  };
  const payThere = () => {
    const payment = [...world.psp.shop.payments.values()].find(({ description }) =>
      description.includes('ПЕ-251015-01'),
    );
    world.psp.shop.pay(payment?.id ?? expect.unreachable('the provider has no such payment'));
  };

  test('an invoice is paid through the payments of kiosks, once, with one receipt', async () => {
    await threeAppliances();
    await sign();
    const [invoice] = (await card()).invoices;
    const id = invoice?.id ?? expect.unreachable('no invoice');
    const bill = await payOnline(id);
    expect(bill).toMatchObject({ status: 'waiting', amount: 3000 });
    expect(await payOnline(id)).toEqual(bill);
    payThere();
    world.server.clock.now += 5 * SECOND;
    expect((await payOnline(id)).status).toBe('paid');
    expect(await card()).toMatchObject({ status: 'processed', invoices: [{ status: 'paid' }] });
    expect(await rowOf(id)).toMatchObject({ payment: { source: 'psp', amountMinor: 300_000 } });
    expect(await tasks()).toHaveLength(1);
    expect((await ask(`/invoices/${id}/pay-online`)).json()).toMatchObject({ code: 'contracts.invoice_not_found' });
  });
});
