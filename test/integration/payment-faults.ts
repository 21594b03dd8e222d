/**
 * Guests who pay while everything goes wrong: notifications lost, doubled, late and out of order, a provider that breaks its
 * answers, a kiosk that dies before or after any call, guests who walk off and phones that pay late. After each guest the
 * books of the bank are held against those of the kiosk.
 */
import { INTENT_TTL_MS } from '#shared/payments/payments.rules.ts';
import { type Seeded, seeded } from '../simulation/seeded.ts';
import { AT_BANK_MS, type PaymentWorld } from './payment-world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export interface Tally {
  guests: number;
  paid: number;
  served: number;
  refunded: number;
  deaths: number;
  notifications: number;
}

/** What is wrong in the books; empty when all of it adds up. */
export async function serveGuests(
  world: PaymentWorld,
  seed: number,
  guests: number,
): Promise<{ tally: Tally; wrong: string[] }> {
  const tally: Tally = { guests: 0, paid: 0, served: 0, refunded: 0, deaths: 0, notifications: 0 };
  const wrong: string[] = [];
  for (let nth = 0; nth < guests; nth += 1) {
    const chance = seeded(seed, nth);
    const found = await serveGuest(world, chance, tally);
    wrong.push(...found.map((what) => `seed ${seed}, guest ${nth}: ${what}`));
    if (wrong.length > 0) break;
  }
  tally.deaths = world.deaths();
  return { tally, wrong };
}

async function serveGuest(world: PaymentWorld, chance: Seeded, tally: Tally): Promise<string[]> {
  const { bank } = world;
  tally.guests += 1;
  world.advance(chance.int(1, 60) * SECOND);
  let lives = chance.int(0, 4);
  world.dies = () => {
    if (lives === 0 || chance.next() > 0.12) return false;
    lives -= 1;
    return true;
  };
  const before = new Set(bank.shop.payments.keys());
  const visitId = world.kiosk().visits.start({ kind: 'diagnostics', language: 'ru' }).id;
  let isServed = false;

  const fault = () => {
    const operation = chance.pick(['create', 'read', 'refund'] as const);
    bank.fail(operation, chance.pick(['error', 'error_after', 'cut', 'busy', 'refuse'] as const));
  };
  const mine = () => [...bank.shop.payments.values()].filter(({ id }) => !before.has(id));
  /** Only a code that was on the screen is paid. */
  const shown = () =>
    world.core.db.$client
      .prepare<[string], string>('SELECT id FROM payment_intents WHERE visit_id = ? AND qr_data IS NOT NULL')
      .pluck()
      .all(visitId)
      .flatMap((id) => world.paymentOf(id) ?? []);
  const payer = async () => {
    const [payment] = shown().filter(({ status }) => status === 'pending');
    if (payment === undefined) return;
    if (chance.next() < 0.2) bank.shop.decline(payment.id, 'insufficient_funds');
    else bank.shop.pay(payment.id, chance.next() < 0.05 ? 4_800 : undefined);
    if (chance.next() < 0.5) await notify(payment.id);
  };
  const notify = async (id: string) => {
    const payment = bank.shop.payments.get(id);
    const times = payment === undefined ? 0 : chance.int(0, 3);
    tally.notifications += times;
    const events = [
      'payment.succeeded',
      'payment.canceled',
      'payment.waiting_for_capture',
      'refund.succeeded',
    ] as const;
    if (payment === undefined) return;
    await Promise.all(Array.from({ length: times }, () => world.notify(payment, chance.pick(events)).catch(() => 0)));
  };
  // A refusal is what a guest would see; nothing but the books is judged here.
  const ask = (work: Parameters<PaymentWorld['live']>[0]) => world.live(work).catch(() => undefined);
  const end = (status: 'completed' | 'expired' | 'failed') => {
    const { visits } = world.kiosk();
    if (visits.get(visitId).status !== 'active') return;
    visits.finish(visitId, status);
  };
  const isPaidHere = () =>
    world
      .kiosk()
      .core.db.$client.prepare<[string], number>(
        "SELECT count(*) FROM payment_intents WHERE visit_id = ? AND status = 'confirmed' AND outcome IS NULL",
      )
      .pluck()
      .get(visitId) !== 0;

  await ask(({ payments }) => payments.createIntent(visitId));
  for (let step = chance.int(3, 14); step > 0; step -= 1) {
    const what = chance.weighted({
      pay: 5,
      tick: 6,
      watch: 3,
      notify: 3,
      ask: 2,
      cancel: 1,
      fault: 3,
      wait: 4,
      away: 1,
      serve: 3,
      back: 1,
    });
    switch (what) {
      case 'pay':
        await payer();
        break;
      case 'tick':
        await Promise.all([world.tick(), chance.next() < 0.3 ? world.watch() : undefined]);
        break;
      case 'watch':
        await world.watch();
        break;
      case 'notify':
        for (const { id } of mine()) await notify(id);
        break;
      case 'ask':
        await ask(({ payments }) => payments.createIntent(visitId));
        break;
      case 'cancel': {
        const [id] = world.core.db.$client
          .prepare<[string], string>("SELECT id FROM payment_intents WHERE visit_id = ? AND status = 'pending'")
          .pluck()
          .all(visitId);
        if (id !== undefined) await ask(({ payments }) => payments.cancel(id));
        break;
      }
      case 'fault':
        fault();
        break;
      case 'wait':
        world.advance(chance.pick([SECOND, 3 * SECOND, 20 * SECOND, 2 * MINUTE, INTENT_TTL_MS]));
        break;
      case 'away':
        if (chance.next() < 0.5) end('expired');
        break;
      case 'serve':
        if (isPaidHere() && world.kiosk().visits.get(visitId).status === 'active') {
          isServed = true;
          end('completed');
        }
        break;
      case 'back':
        await ask(({ payments }) => payments.giveBack(visitId));
        break;
    }
  }
  // A phone that was put away pays once more; then everybody has left and nothing breaks any more.
  if (chance.next() < 0.3) await payer();
  if (isPaidHere() && chance.next() < 0.6 && world.kiosk().visits.get(visitId).status === 'active') {
    isServed = true;
    end('completed');
  }
  end('expired');
  world.dies = () => false;
  bank.heal();
  for (const waitMs of [
    5 * SECOND,
    20 * SECOND,
    MINUTE,
    INTENT_TTL_MS,
    20 * MINUTE,
    20 * MINUTE,
    AT_BANK_MS,
    MINUTE,
    10 * MINUTE,
  ]) {
    world.advance(waitMs);
    await world.tick();
    await world.watch();
    await world.tick();
  }
  return judge(world, visitId, mine(), isServed, tally);
}

function judge(
  world: PaymentWorld,
  visitId: string,
  payments: readonly {
    id: string;
    status: string;
    amountMinor: number;
    takenMinor?: number;
    refundedMinor: number;
    metadata: Readonly<Record<string, string>>;
  }[],
  isServed: boolean,
  tally: Tally,
): string[] {
  const wrong: string[] = [];
  const rows = world.core.db.$client
    .prepare<[string], { id: string; order_id: string; status: string; outcome: string | null; is_followed: number }>(
      'SELECT id, order_id, status, outcome, is_followed FROM payment_intents WHERE visit_id = ?',
    )
    .all(visitId);
  const receipts = world.kiosk().receipts();
  let kept = 0;
  for (const payment of payments) {
    const intent = rows.find(({ id }) => id === payment.metadata['intent_id']);
    const name = `payment ${payment.id} (${payment.status}, intent ${intent?.status} ${intent?.outcome})`;
    if (payment.status !== 'succeeded') continue;
    tally.paid += 1;
    const taken = payment.takenMinor ?? payment.amountMinor;
    const refunds = [...world.bank.shop.refunds.values()].filter(
      ({ paymentId, status }) => paymentId === payment.id && status !== 'canceled',
    );
    if (refunds.length > 1) wrong.push(`${name} went back ${refunds.length} times`);
    if (payment.refundedMinor !== 0 && payment.refundedMinor !== taken) wrong.push(`${name} went back in part`);
    if (payment.refundedMinor === 0) {
      kept += 1;
      if (!isServed || intent?.outcome !== 'served') wrong.push(`${name} was kept, and nobody was served for it`);
    } else tally.refunded += 1;
  }
  if (kept > 1) wrong.push(`${kept} payments were kept for one service`);
  if (isServed) tally.served += 1;
  if (isServed && kept !== 1) wrong.push(`a guest was served for ${kept} payments`);
  for (const { id, order_id: orderId, status, is_followed: isFollowed } of rows) {
    const types = receipts.filter((task) => task.orderId === orderId).map(({ type }) => type);
    const due = status === 'confirmed' ? 'sale' : status === 'refunded' ? 'sale refund' : '';
    if (types.join(' ') !== due) wrong.push(`intent ${id} is ${status}, and its receipts are: ${types.join(' ')}`);
    if (status === 'pending' || isFollowed !== 0) wrong.push(`intent ${id} is ${status} and still waits`);
  }
  return wrong;
}
