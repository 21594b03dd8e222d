/** How money comes to its end: without a notification, claimed, cancelled, given back. */
import { describe, expect, test } from 'vitest';
import { INTENT_TTL_MS } from '#shared/payments/payments.rules.ts';
import {
  act,
  alerts,
  atProvider,
  begin,
  begins,
  eventsOf,
  get,
  MINUTE,
  notify,
  paid,
  pass,
  psp,
  refund,
  server,
  time,
  watch,
} from '#test/doubles/payments-world.ts';

describe('money without a notification', () => {
  test('AK-22 lost webhook: whoever asks sees it, and so does the watch', async () => {
    const { id } = await paid();
    pass(2000);
    expect((await get(id)).status).toBe('succeeded');
    const unasked = await paid();
    pass(5000);
    await watch();
    expect(await eventsOf(unasked.id)).toContain('succeeded');
  });

  test('a provider that is silent for a while leaves a payment as it was, past its time too', async () => {
    const { id } = await paid();
    psp.fail('read', 'error', 2);
    pass(INTENT_TTL_MS);
    expect((await get(id)).status).toBe('pending');
    expect((await get(id)).status).toBe('pending');
    expect(await get(id)).toMatchObject({ status: 'succeeded' });
  });

  test('AK-19 late success: told to headquarters, and goes back by itself when no kiosk comes for it', async () => {
    const { id } = await begin();
    pass(INTENT_TTL_MS);
    expect((await get(id)).status).toBe('expired');
    psp.shop.pay(atProvider(id).id);
    pass(7 * MINUTE);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'succeeded', isLate: true, isClaimed: false });
    expect(await alerts(id)).toEqual(['payment.late']);
    pass(30 * MINUTE);
    await watch(2);
    expect(await get(id)).toMatchObject({ status: 'refunded', refundedAt: time });
    expect(atProvider(id).refundedMinor).toBe(48_000);
    expect(await alerts(id)).toContain('payment.unclaimed');
    // A kiosk that wakes up now gets nothing to serve for.
    expect(await act(id, 'claim')).toMatchObject({ status: 'refunded', isClaimed: false });
  });

  test('an unpaid payment ends with the provider’s word, and is looked at no more', async () => {
    const { id } = await begin();
    pass(INTENT_TTL_MS);
    await watch();
    pass(60 * MINUTE);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'expired', isFinal: true, failReason: 'expired_on_confirmation' });
    const { read } = psp.asked;
    pass(60 * MINUTE);
    await watch();
    expect(psp.asked.read).toBe(read);
  });

  test('a bank that declines ends it at once', async () => {
    const { id } = await begin();
    psp.shop.decline(atProvider(id).id, 'insufficient_funds');
    pass(2000);
    expect(await get(id)).toMatchObject({ status: 'failed', failReason: 'insufficient_funds', isFinal: true });
  });
});

describe('what a device does', () => {
  test('AK-21 cancel race: the money was faster', async () => {
    const { id } = await paid();
    expect(await act(id, 'cancel')).toMatchObject({ status: 'succeeded' });
    const unpaid = await begin();
    expect((await act(unpaid.id, 'cancel')).status).toBe('cancelled');
    expect((await act(unpaid.id, 'cancel')).status).toBe('cancelled');
  });

  test('claimed money goes back only when it is asked for, and once', async () => {
    const { id } = await paid();
    pass(2000);
    expect((await refund(id, server.newId())).json()).toMatchObject({
      status: 409,
      code: 'payments.illegal_transition',
    });
    await get(id);
    expect((await refund(id, server.newId())).statusCode).toBe(409);
    expect(await act(id, 'claim')).toMatchObject({ status: 'succeeded', isClaimed: true });
    pass(24 * 60 * MINUTE);
    await watch();
    expect(atProvider(id).refundedMinor).toBe(0);
    const refundId = server.newId();
    const replies = await Promise.all([refund(id, refundId), refund(id, refundId)]);
    for (const reply of replies) expect(reply.json()).toMatchObject({ status: expect.stringMatching(/^refund/) });
    expect((await refund(id, refundId)).json()).toMatchObject({ status: 'refunded' });
    expect(atProvider(id).refundedMinor).toBe(48_000);
  });

  test.each(['error_after', 'cut', 'error'] as const)('a refund whose answer is %s is made once', async (fault) => {
    const { id } = await paid();
    await act(id, 'cancel');
    await act(id, 'claim');
    psp.fail('refund', fault);
    expect((await refund(id, server.newId())).json()).toMatchObject({ status: 'refunding' });
    // Past the day that the provider remembers keys for.
    pass(25 * 60 * MINUTE);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'refunded' });
    expect(atProvider(id).refundedMinor).toBe(48_000);
  });

  test('a refund that the provider refuses is told to headquarters and tried again', async () => {
    const { id } = await paid();
    await act(id, 'cancel');
    await act(id, 'claim');
    psp.behave({ refunds: 'canceled' });
    expect((await refund(id, server.newId())).json()).toMatchObject({ status: 'refunding' });
    expect(await alerts(id)).toEqual(['payment.refund_failed']);
    const { refund: asked } = psp.asked;
    await refund(id, server.newId());
    expect(psp.asked.refund).toBe(asked);
    psp.behave({ refunds: 'succeeded' });
    pass(10 * MINUTE);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'refunded' });
  });

  test('a refund that is under way at the provider is waited for', async () => {
    const { id } = await paid();
    await act(id, 'cancel');
    await act(id, 'claim');
    psp.behave({ refunds: 'pending' });
    expect((await refund(id, server.newId())).json()).toMatchObject({ status: 'refunding' });
    for (let nth = 0; nth < 3; nth += 1) {
      pass(5000);
      await refund(id, server.newId());
    }
    expect((await eventsOf(id)).filter((event) => event === 'refund_pending')).toHaveLength(1);
    const [last] = [...psp.shop.refunds.values()].slice(-1);
    if (last) last.status = 'succeeded';
    pass(5000);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'refunded' });
    expect([...psp.shop.refunds.values()].filter(({ paymentId }) => paymentId === atProvider(id).id)).toHaveLength(1);
  });

  test('of what was given back in part at the provider’s office the rest goes back', async () => {
    const { id, providerId } = await paid();
    await notify(providerId);
    await act(id, 'claim');
    psp.shop.giveBack(providerId, 18_000, 'succeeded');
    expect((await refund(id, server.newId())).json()).toMatchObject({ status: 'refunded' });
    expect(atProvider(id).refundedMinor).toBe(48_000);
    expect(await alerts(id)).toEqual([]);
  });

  test('what was given back in the provider’s office is noticed', async () => {
    const { id, providerId } = await paid();
    await notify(providerId);
    await act(id, 'claim');
    psp.shop.giveBack(providerId, 48_000, 'succeeded');
    await notify(providerId, 'refund.succeeded');
    expect(await get(id)).toMatchObject({ status: 'refunded' });
    expect(await alerts(id)).toEqual(['payment.refunded_outside']);
  });
});

test('a server that begins again leaves devices the time to claim, also what it has forgotten that they claimed', async () => {
  const { id } = await paid();
  pass(2000);
  await get(id);
  // It was off past the time in which money is claimed, so nobody could.
  pass(60 * MINUTE);
  await begins();
  await watch(2);
  expect(await get(id)).toMatchObject({ status: 'succeeded', isClaimed: false });
  const forgotten = await paid();
  pass(2000);
  await get(forgotten.id);
  pass(9 * MINUTE);
  expect(await act(id, 'claim')).toMatchObject({ status: 'succeeded', isClaimed: true });
  pass(25 * MINUTE);
  await begins();
  await watch(2);
  expect(await get(id)).toMatchObject({ status: 'succeeded', isClaimed: true });
  pass(10 * MINUTE);
  await watch(2);
  expect(await get(forgotten.id)).toMatchObject({ status: 'refunded' });
});
