/**
 * Looks into the devices' databases while they work, as a reader beside them: is what is there whole, does it only go
 * forward, does the queue move while it could?
 */
import Database from 'better-sqlite3';
import type { Ledger } from './sync-kills-work.ts';
import { DEVICES, type DeviceName, type KillsWorld } from './sync-kills-world.ts';

export interface Watch {
  /** Looks once at every device that is up. */
  look(ledger: Ledger): void;
  readonly broken: string[];
  readonly looks: () => number;
  /** The longest that a device's oldest unsent change has stood still while its server could be reached, ms. */
  readonly longestFreezeMs: Readonly<Record<DeviceName, number>>;
  /** The most that has waited. */
  readonly mostUnsent: Readonly<Record<DeviceName, number>>;
  /** Every device has had its first pull. */
  hasBegun(): boolean;
  /** Does this device show all these orders? */
  has(name: DeviceName, orders: readonly string[]): boolean;
  /** What the register of a device has left to print. */
  unprinted(name: DeviceName): number;
  /** No register has anything left to print. */
  isPrinted(): boolean;
  /** Nothing waits anywhere, and all stand at the same version of what they share. */
  isSettled(): boolean;
}

interface Seen {
  /** The oldest unsent change, and how long it has stood still with nothing in its way. */
  head: string;
  frozenMs: number;
  at: number;
  wasOpen: boolean;
  epoch: string | null;
  cursors: Map<string, number>;
  /** Of what was answered: how far each list was found whole. */
  checked: { sales: number; returns: number };
}

/** Money and documents: what may not be on show without what it belongs to, and what may not be there by half. */
const RULES: readonly { readonly rule: string; readonly query: string }[] = [
  {
    rule: 'I8 a payment is there, its order is not',
    query: `SELECT p.id FROM payments p LEFT JOIN orders o ON o.id = p.order_id WHERE o.id IS NULL`,
  },
  {
    rule: 'I8 an order is paid, and its payments are not its total',
    query: `SELECT o.id FROM orders o WHERE o.status IN ('paid', 'fulfilled', 'refunded') AND o.total_minor <>
      (SELECT coalesce(sum(json_extract(p.fields, '$.amountMinor')), 0) FROM payments p
        WHERE p.order_id = o.id AND json_extract(p.fields, '$.kind') = 'payment')`,
  },
  {
    rule: 'I8 a payment is there, its order does not know of it',
    query: `SELECT o.id FROM orders o JOIN payments p ON p.order_id = o.id
      WHERE o.status IN ('draft', 'awaiting_payment', 'cancelled')`,
  },
  {
    rule: 'I8 a refund is there, and its payments or its mark on the order are not',
    query: `SELECT r.id FROM refunds r JOIN orders o ON o.id = r.order_id WHERE
      json_extract(r.fields, '$.totalMinor') <> (SELECT coalesce(sum(json_extract(p.fields, '$.amountMinor')), 0)
        FROM payments p WHERE p.order_id = r.order_id AND json_extract(p.fields, '$.refundId') = r.id)
      OR json_extract(o.fields, '$.returned') IS NULL`,
  },
  {
    rule: 'a receipt is there, its order is not',
    query: `SELECT f.id FROM fiscal_records f LEFT JOIN orders o ON o.id = f.order_id
      WHERE f.order_id IS NOT NULL AND o.id IS NULL`,
  },
  {
    rule: 'I3 the numbers in the outbox have a gap, or do not end where the writer stands',
    query: `SELECT max(mid) AS id FROM sync_outbox HAVING max(mid) - min(mid) + 1 <> count(*)
      OR max(mid) <> (SELECT next_mid - 1 FROM sync_state)`,
  },
  {
    rule: 'I3 the clock of the writer is behind its outbox',
    query: `SELECT o.mid AS id FROM sync_outbox o, sync_state s WHERE o.hlc > s.hlc`,
  },
  {
    rule: 'I7 an answered change waits behind an unanswered one',
    query: `SELECT a.mid AS id FROM sync_outbox a WHERE a.state = 'acked'
      AND a.mid > (SELECT min(mid) FROM sync_outbox WHERE state = 'pending')`,
  },
];

const LONGEST_LOOK_MS = 1000;

export function createWatch(world: KillsWorld, frozenLimitMs: number): Watch {
  const broken: string[] = [];
  const seen = new Map<DeviceName, Seen>();
  const none = (): Record<DeviceName, number> => ({ 'till-1': 0, 'till-2': 0, kiosk: 0 });
  const longestFreezeMs = none();
  const mostUnsent = none();
  let looks = 0;
  const tell = (text: string) => {
    if (broken.length < 50) broken.push(text);
  };

  const lookAt = (name: DeviceName, ledger: Ledger): void =>
    read(name, (db) => {
      db.exec('BEGIN');
      for (const { rule, query } of RULES) {
        const found = db.prepare<[], { id: unknown }>(query).get();
        if (found !== undefined) tell(`${name}: ${rule}: ${String(found.id)}`);
      }
      const before = seen.get(name);
      const now = standing(db);
      checkForward(name, before, now);
      const checked = checkAnswered(db, name, ledger, before?.checked ?? { sales: 0, returns: 0 });
      mostUnsent[name] = Math.max(mostUnsent[name], now.unsent);
      const isOpen = isWayOpen(name);
      const at = performance.now();
      const stoodStill = before !== undefined && now.head !== '' && before.head === now.head;
      // Between two looks that are far apart a machine that is busy may have closed the way and opened it again.
      const openMs = isOpen && before?.wasOpen === true ? Math.min(at - before.at, LONGEST_LOOK_MS) : 0;
      const frozenMs = stoodStill ? before.frozenMs + openMs : 0;
      longestFreezeMs[name] = Math.max(longestFreezeMs[name], frozenMs);
      if (frozenMs > frozenLimitMs && (before?.frozenMs ?? 0) <= frozenLimitMs) {
        tell(`${name}: I15 I20 its queue has stood still for ${Math.round(frozenMs)} ms at ${now.head}`);
      }
      seen.set(name, { ...now, frozenMs, at, wasOpen: isOpen, checked });
    });

  const isWayOpen = (name: DeviceName): boolean =>
    world.isWell(name) && world.isWell('server') && world.postgres?.isUp() !== false && !world.links[name].isCut();

  const checkForward = (name: DeviceName, before: Seen | undefined, now: ReturnType<typeof standing>): void => {
    if (before === undefined || before.epoch !== now.epoch) return;
    for (const [scope, ver] of before.cursors) {
      const is = now.cursors.get(scope);
      if (is === undefined || is < ver) tell(`${name}: I6 the cursor of ${scope} went from ${ver} to ${String(is)}`);
    }
  };

  return {
    broken,
    looks: () => looks,
    longestFreezeMs,
    mostUnsent,
    hasBegun: () => DEVICES.every((name) => read(name, standing).cursors.size > 0),
    has: (name, orders) =>
      read(name, (db) => {
        const known = new Set(db.prepare<[], string>('SELECT id FROM orders').pluck().all());
        return orders.every((id) => known.has(id));
      }),
    unprinted,
    isPrinted: () => DEVICES.every((name) => unprinted(name) === 0),
    isSettled: () => {
      const all = DEVICES.map((name) => read(name, standing));
      // Its own scope nobody else has.
      const shared = all.map(({ cursors }) =>
        [...cursors]
          .flatMap(([scope, ver]) => (scope.startsWith('device:') ? [] : `${scope}@${ver}`))
          .toSorted()
          .join(),
      );
      return all.every(({ unsent, shownOver }) => unsent === 0 && shownOver === 0) && new Set(shared).size === 1;
    },
    look: (ledger) => {
      for (const name of DEVICES) {
        // What a device that is down holds is looked at when it is up again and has opened it itself.
        if (world.process(name) === undefined) continue;
        looks += 1;
        lookAt(name, ledger);
      }
    },
  };

  function unprinted(name: DeviceName): number {
    const open = `SELECT count(*) FROM fiscal_tasks WHERE state NOT IN ('reported', 'failed', 'unknown')`;
    return read(name, (db) => Number(db.prepare(open).pluck().get()));
  }

  function read<T>(name: DeviceName, run: (db: Database.Database) => T): T {
    const db = new Database(world.dataFile(name), { readonly: true, fileMustExist: true });
    try {
      return run(db);
    } finally {
      db.close();
    }
  }

  function checkAnswered(db: Database.Database, name: DeviceName, { sales, returns }: Ledger, from: Seen['checked']) {
    const order = db.prepare<[string], number>('SELECT total_minor FROM orders WHERE id = ?').pluck();
    const refund = db.prepare<[string], number>('SELECT 1 FROM refunds WHERE id = ?').pluck();
    // The newest are looked up again and again: an own change may not flicker while it travels.
    for (const one of sales.slice(Math.max(0, from.sales - 200))) {
      if (one.by !== name || one.answeredAt === undefined) continue;
      if (order.get(one.id) !== one.totalMinor) tell(`${name}: I7 the sale ${one.id} was answered and is not there`);
    }
    for (const one of returns.slice(Math.max(0, from.returns - 50))) {
      if (one.by !== name || one.answeredAt === undefined) continue;
      if (refund.get(one.id) === undefined) tell(`${name}: I7 the return ${one.id} was answered and is not there`);
    }
    return { sales: sales.length, returns: returns.length };
  }
}

export function standing(db: Database.Database) {
  const state = db
    .prepare<[], { epoch: string | null; incarnation: number; nextMid: number; durableMid: number }>(
      'SELECT epoch, incarnation, next_mid AS nextMid, durable_mid AS durableMid FROM sync_state',
    )
    .get();
  const waiting = db
    .prepare<[], { mid: number | null; unsent: number }>(
      `SELECT min(mid) AS mid, count(*) AS unsent FROM sync_outbox WHERE state = 'pending'`,
    )
    .get();
  const cursors = db.prepare<[], { scope: string; ver: number }>('SELECT scope, ver FROM sync_cursors').all();
  const mid = waiting?.mid ?? null;
  return {
    head: mid === null ? '' : `${state?.incarnation}/${mid}`,
    unsent: waiting?.unsent ?? 0,
    epoch: state?.epoch ?? null,
    incarnation: state?.incarnation ?? 0,
    nextMid: state?.nextMid ?? 1,
    durableMid: state?.durableMid ?? 0,
    cursors: new Map(cursors.map(({ scope, ver }) => [scope, ver])),
    shownOver: Number(db.prepare('SELECT count(*) FROM sync_base').pluck().get()),
  };
}
