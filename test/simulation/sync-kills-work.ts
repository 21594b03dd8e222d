/**
 * People at two tills and a kiosk who never pause, and who repeat what was not answered, with the same id, until it is.
 * What they were answered is written down: that is what may not be lost.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ORPCError } from '@orpc/client';
import { type ConnectedDevice, connectDevice } from '#cli/device-client.ts';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import { LANGUAGES, VISIT_KINDS } from '#shared/visits/visits.schema.ts';
import { staffOf } from '../../scripts/demo-data.ts';
import { type Seeded, seeded } from './seeded.ts';
import { DEVICES, type DeviceName, type KillsWorld } from './sync-kills-world.ts';

/** An act as its caller knows it. */
export interface Done {
  readonly id: string;
  readonly by: DeviceName;
  readonly totalMinor: number;
  /** When its answer came, Unix ms; before that nobody was promised anything. */
  answeredAt?: number;
}
export interface Sale extends Done {
  /** Who will take it back, if anybody: two tills that both do it would both be right, and that is another story. */
  readonly returnsTo: DeviceName | 'nobody';
}
export interface Return extends Done {
  readonly orderId: string;
}
export interface VisitDone {
  readonly id: string;
  readonly status: 'completed' | 'expired';
}

export interface Ledger {
  readonly sales: Sale[];
  readonly returns: Return[];
  readonly visits: VisitDone[];
  /** Orders that a kiosk was paid for, by id, and those it was not. */
  readonly paidAtKiosk: Map<string, number>;
  readonly cancelledAtKiosk: Set<string>;
  readonly reports: string[];
  /** Refusals that belong to the game, by code. */
  readonly refusals: Map<string, number>;
  /** Answers that nobody should ever get. */
  readonly broken: string[];
}

export interface Work {
  readonly ledger: Ledger;
  /** Resolves when everybody has been answered. */
  end(): Promise<void>;
}

const ANSWER_MS = 8000;

/** Refusals of a device that is right: the goods were not there yet, the register is being asked for. */
const EXPECTED: ReadonlySet<string> = new Set([
  'orders.not_found',
  'orders.sale_not_fiscal',
  'orders.illegal_transition',
  'payments.already_confirmed',
  'payments.illegal_transition',
  'visits.illegal_transition',
  'visits.expired',
  'visits.has_payment',
  'visits.already_active',
  'fiscal.register_unavailable',
  'fiscal.register_refused',
]);

type Asked<T> = { readonly value: T } | { readonly refused: string };

export interface WorkOptions {
  /** Who works; all of them by default. */
  readonly devices?: readonly DeviceName[];
  /** Goods go back to the till that sold them, so that no change of one device stands on one of another. */
  readonly areReturnsOwn?: boolean;
  /** How much each of them does at most, so that no register is left with more than it can print. */
  readonly acts?: number;
  /** False: its register has enough to print, and its people wait. */
  readonly mayAct?: (name: DeviceName) => boolean;
  /** Nobody pays at the kiosk, so that its register stays out of it. */
  readonly isKioskFree?: boolean;
}

export function beginWork(world: KillsWorld, seed: number, options: WorkOptions = {}): Work {
  const ledger: Ledger = {
    sales: [],
    returns: [],
    visits: [],
    paidAtKiosk: new Map(),
    cancelledAtKiosk: new Set(),
    reports: [],
    refusals: new Map(),
    broken: [],
  };
  const isOver = { value: false };
  const devices = options.devices ?? DEVICES;
  const hands = devices.map(async (name, index) => {
    const hand = createHand(world, name, ledger);
    const chance = seeded(seed, 1000 + index);
    const once =
      name === 'kiosk' ? () => serve(hand, ledger, chance, options) : () => sell(hand, name, ledger, chance, options);
    try {
      for (let acts = 0; !isOver.value; acts += 1) {
        if (acts < (options.acts ?? Number.POSITIVE_INFINITY) && options.mayAct?.(name) !== false) await once();
        await delay(chance.int(10, 120));
      }
    } catch (error) {
      ledger.broken.push(`${name} was left by its people: ${String(error)}`);
    } finally {
      hand.close();
    }
  });
  return {
    ledger,
    end: async () => {
      isOver.value = true;
      await Promise.all(hands);
    },
  };
}

interface Hand {
  ask<T>(what: string, call: (rpc: DeviceClient, desk: Desk) => Promise<T>): Promise<Asked<T>>;
  close(): void;
}
interface Desk {
  readonly items: readonly { readonly id: string; readonly priceMinor: number }[];
  readonly supervisor: { readonly memberId: string; readonly pin: string };
}

function createHand(world: KillsWorld, name: DeviceName, ledger: Ledger): Hand {
  let connected: { readonly device: ConnectedDevice; readonly desk: Desk; readonly pid: number } | undefined;
  const letGo = () => {
    connected?.device.close();
    connected = undefined;
  };

  const connect = async () => {
    const process = world.process(name);
    if (process === undefined) throw new Error('it is down');
    const device = await connectDevice(process.ready.url);
    try {
      const desk = name === 'kiosk' ? NO_DESK : await signIn(device.rpc, world);
      return { device, desk, pid: process.pid };
    } catch (error) {
      device.close();
      throw error;
    }
  };
  /** A process that was killed answers nothing, not even an error. */
  const orGone = async <T>(call: Promise<T>): Promise<T> => {
    const over = new AbortController();
    const gone = world.process(name)?.ended ?? Promise.resolve(null);
    const silence = delay(ANSWER_MS, undefined, { signal: over.signal });
    const lost = Promise.race([gone, silence]).then(() => {
      throw new Error('no answer');
    });
    lost.catch(() => undefined);
    try {
      return await Promise.race([call, lost]);
    } finally {
      over.abort();
    }
  };

  return {
    async ask(what, call) {
      for (;;) {
        try {
          connected ??= await orGone(connect());
          if (world.process(name)?.pid !== connected.pid) throw new Error('it is another process now');
          return { value: await orGone(call(connected.device.rpc, connected.desk)) };
        } catch (error) {
          if (error instanceof ORPCError && error.code !== 'staff.not_signed_in') {
            const code = String(error.code);
            if (EXPECTED.has(code)) ledger.refusals.set(code, (ledger.refusals.get(code) ?? 0) + 1);
            else ledger.broken.push(`${name} answered ${what} with ${code}: ${error.message}`);
            return { refused: code };
          }
          // Killed or frozen under our hands, or not up again yet: the same is asked again.
          letGo();
          await delay(20);
        }
      }
    },
    close: letGo,
  };
}

const NO_DESK: Desk = { items: [], supervisor: { memberId: '', pin: '' } };

async function signIn(rpc: DeviceClient, { demo }: KillsWorld): Promise<Desk> {
  const members = await rpc.staff.list();
  const idOf = (role: string) => {
    const { name, pin } = staffOf(demo, role);
    const member = members.find((one) => one.name === name);
    if (member === undefined) throw new Error(`${name} is not on the list yet`);
    return { memberId: member.id, pin };
  };
  await rpc.staff.signIn(idOf('cashier'));
  const items = await rpc.catalogue.search({ favourite: true });
  if (items.length === 0) throw new Error('there is no catalogue yet');
  return { items, supervisor: idOf('supervisor') };
}

/** One act at a till: mostly a sale, now and then a return or an X report. */
async function sell(
  hand: Hand,
  name: DeviceName,
  ledger: Ledger,
  chance: Seeded,
  { areReturnsOwn = false }: WorkOptions,
): Promise<void> {
  const act = chance.weighted({ sale: 16, return: 4, report: 1 });
  if (act === 'report') {
    const asked = await hand.ask('an X report', (rpc) => rpc.shift.xReport({}));
    if ('value' in asked) ledger.reports.push(asked.value.id);
    return;
  }
  const mine = ledger.sales.filter((one) => one.returnsTo === name && one.answeredAt !== undefined);
  const given = new Set(ledger.returns.map(({ orderId }) => orderId));
  const sold = mine.find(({ id }) => !given.has(id));
  if (act === 'return' && sold !== undefined) return takeBack(hand, name, ledger, sold, chance.uuid());

  const id = chance.uuid();
  const picked = [chance.next(), chance.next(), chance.next()].slice(0, chance.int(1, 3));
  const split = chance.next();
  const drawn = chance.pick(['till-1', 'till-2', 'nobody', 'nobody'] as const);
  const returnsTo = areReturnsOwn && drawn !== 'nobody' ? name : drawn;
  const sale: { current?: Sale } = {};
  const asked = await hand.ask('a sale', (rpc, { items }) => {
    const lines = picked.map((at) => {
      const { id: itemId, priceMinor } = items[Math.floor(at * items.length)] ?? { id: '', priceMinor: 0 };
      return { itemId, priceMinor, quantityMilli: 1000 };
    });
    const totalMinor = lines.reduce((sum, { priceMinor }) => sum + priceMinor, 0);
    if (sale.current === undefined) {
      sale.current = { id, by: name, totalMinor, returnsTo };
      ledger.sales.push(sale.current);
    }
    const cardMinor = Math.floor(totalMinor * split);
    const tenders = [
      { type: 'card' as const, sumMinor: cardMinor },
      { type: 'cash' as const, sumMinor: totalMinor - cardMinor },
    ].filter(({ sumMinor }) => sumMinor > 0);
    return rpc.payments.checkout({
      id,
      lines: lines.map(({ itemId, quantityMilli }) => ({ itemId, quantityMilli })),
      tenders,
    });
  });
  if ('value' in asked && sale.current !== undefined) sale.current.answeredAt = Date.now();
}

async function takeBack(hand: Hand, name: DeviceName, ledger: Ledger, sale: Sale, id: string): Promise<void> {
  const known = await hand.ask('an order', (rpc) => rpc.orders.get({ id: sale.id }));
  // Of another till, and not here yet.
  if ('refused' in known) return;
  const { order } = known.value;
  const one: Return = { id, by: name, orderId: sale.id, totalMinor: order.totalMinor };
  ledger.returns.push(one);
  const asked = await hand.ask('a return', async (rpc, { supervisor }) => {
    const { approvalId } = await rpc.staff.approve({ ...supervisor, action: 'refund', subject: id });
    return rpc.payments.refund({
      id,
      orderId: sale.id,
      lines: order.lines.map(({ quantityMilli }, line) => ({ line, quantityMilli })),
      totalMinor: order.totalMinor,
      reason: 'unwanted',
      approvalId,
    });
  });
  if ('value' in asked) one.answeredAt = Date.now();
  // Nothing has happened: it may be tried again, under another id.
  else ledger.returns.splice(ledger.returns.indexOf(one), 1);
}

/** One client at the kiosk: a visit, mostly paid for, now and then given up. */
async function serve(hand: Hand, ledger: Ledger, chance: Seeded, { isKioskFree = false }: WorkOptions): Promise<void> {
  // A photo is paid for once it has been taken, and nobody here has a camera.
  const kind = chance.pick(VISIT_KINDS.filter((one) => one !== 'photo'));
  const language = chance.pick(LANGUAGES);
  const phone = `+7900${chance.int(1_000_000, 9_999_999)}`;
  const isPaid = chance.next() < 0.8 && !isKioskFree;
  const started = await hand.ask('a visit', async (rpc) => {
    const current = await rpc.visits.current();
    // Of a start that was not answered.
    return current ?? rpc.visits.start({ kind, language });
  });
  if ('refused' in started) return;
  const { id } = started.value;
  await hand.ask('a contact', (rpc) => rpc.visits.setContact({ id, contact: { phone } }));
  const begun = await hand.ask('an intent', (rpc) => rpc.payments.createIntent({ visitId: id }));
  if ('refused' in begun) return void (await hand.ask('an end', (rpc) => rpc.visits.expire({ id })));
  const intent = begun.value;
  if (isPaid) await untilPaid(hand, intent.id);
  const ended = isPaid
    ? await hand.ask('an intent', (rpc) => rpc.payments.intent({ id: intent.id }))
    : await hand.ask('a cancellation', (rpc) => rpc.payments.cancelIntent({ id: intent.id }));
  const orderId = intent.orderId ?? '';
  const status = 'value' in ended ? ended.value.status : 'confirmed';
  if (status === 'confirmed') ledger.paidAtKiosk.set(orderId, intent.amountMinor);
  if (status === 'cancelled') ledger.cancelledAtKiosk.add(orderId);
  const closed =
    status === 'confirmed'
      ? await hand.ask('an end', (rpc) => rpc.visits.complete({ id }))
      : await hand.ask('an end', (rpc) => rpc.visits.expire({ id }));
  if ('value' in closed) ledger.visits.push({ id, status: status === 'confirmed' ? 'completed' : 'expired' });
}

async function untilPaid(hand: Hand, id: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const asked = await hand.ask('an intent', (rpc) => rpc.payments.intent({ id }));
    if ('refused' in asked || asked.value.status !== 'pending') return;
    await delay(50);
  }
}
