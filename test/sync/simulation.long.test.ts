/**
 * Whole lives of a few devices, drawn at random and played step by step against the real server half: sales offline and
 * online, requests lost, doubled and late, crashes, a cloned disk, a server put back to an older backup. After every
 * step each screen must show what its base and its outbox say; at the end everything must agree with everything.
 * A failure prints the steps, shrunk to the few that matter. `SYNC_SIMULATION_RUNS` plays more lives than the usual few.
 */

import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenDb } from '#server/db/db.ts';
import { createTestDb } from '#server/db/test-db.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Mutator } from '#shared/sync/mutator.ts';
import { refKey } from '#shared/sync/refs.ts';
import { findMutator } from '#shared/sync/registry.ts';
import { declaredRows } from '#shared/sync/replay.ts';
import { deviceScope, orgScope, shopScope, type Writer } from '#shared/sync/scopes.ts';
import { createTestCore } from '#test/doubles/core-double.ts';
import {
  calm,
  createTestDevice,
  expectedRows,
  type Fault,
  type Network,
  ownDigests,
  type TestDevice,
} from './device-world.ts';
import { actor, ORGANIZATION, order, payment, shopId } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

const RUNS = Number(process.env['SYNC_SIMULATION_RUNS'] ?? 10);

/** Shrinking stops in time to say what it has. */
const LIMITS = { interruptAfterTimeLimit: RUNS * 9000, markInterruptAsFailure: true };

let opened: OpenDb;
beforeAll(async () => {
  opened = await createTestDb();
});
afterAll(() => opened.close());

const device = fc.nat({ max: 2 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('place' as const), device, with: fc.nat({ max: 9 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pay' as const), device, with: fc.nat({ max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cancel' as const), device, with: fc.nat({ max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fulfil' as const), device, with: fc.nat({ max: 9 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('push' as const), device, with: fc.nat({ max: 4 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pull' as const), device, with: fc.nat({ max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), device, with: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('jump' as const), device, with: fc.nat({ max: 9 }) }) },
);
const upheaval = fc.oneof(
  { weight: 20, arbitrary: step },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clone' as const), device, with: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('backup' as const), device, with: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), device, with: fc.constant(0) }) },
);
type Step = { readonly do: string; readonly device: number; readonly with: number };

const FAULTS: readonly Fault[] = ['none', 'request lost', 'reply lost', 'twice', 'late'];

/** The mutations the server ran, in its order: run again on a bare map they must give the same rows. */
interface Ran {
  readonly mutator: Mutator;
  readonly args: unknown;
  readonly context: { readonly writer: Writer; readonly at: number };
}

const recording =
  (ran: Ran[]) =>
  (name: string): Mutator | undefined => {
    const mutator = findMutator(name);
    return (
      mutator && {
        ...mutator,
        decide: (args, rows, context) => {
          ran.push({ mutator, args, context });
          return mutator.decide(args, rows, context);
        },
      }
    );
  };

function model(ran: readonly Ran[]): Map<string, string> {
  const rows = new Map<string, string>();
  for (const { mutator, args, context } of ran) {
    const find = (key: string) => {
      const text = rows.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
    };
    const decision = mutator.decide(args, declaredRows(mutator.name, mutator.reads(args), find), context);
    if (decision.kind === 'apply') for (const put of decision.puts) rows.set(refKey(put), canonicalJson(put.fields));
  }
  return rows;
}

class Life {
  readonly ran: Ran[] = [];
  readonly devices: TestDevice[] = [];
  readonly cursors = new Map<TestDevice, { epoch: unknown; at: Map<string, number> }>();
  world!: ServerWorld;
  backup: Awaited<ReturnType<ServerWorld['backUp']>> | undefined;
  isRestored = false;
  paid = 0;

  async begin(): Promise<void> {
    this.world = await createServerWorld({ opened, maxRows: 4, findMutator: recording(this.ran) });
    for (let n = 1; n <= 3; n += 1) this.add(createTestDevice({ world: () => this.world, actor: actor(n) }));
  }

  add(made: TestDevice): void {
    this.devices.push(made);
  }

  async play({ do: what, device: which, with: detail }: Step): Promise<void> {
    const on = this.devices[which % this.devices.length];
    if (on === undefined) throw new Error('no device');
    const network: Network = on.network;
    network.fault = () => FAULTS[detail % FAULTS.length] ?? 'none';
    const orderId = order(detail, on.actor).id;
    switch (what) {
      case 'place':
        // The same id from several devices: whoever comes first owns it.
        this.attempt(on, () => on.do('order.place', { order: order(detail, on.actor) }));
        break;
      case 'pay': {
        const text = on.rows().get(`order:${orderId}`);
        if (text !== undefined) {
          this.paid += 1;
          on.do('payment.settle', { payments: [payment(this.paid, JSON.parse(text) as Order)] });
        }
        break;
      }
      case 'cancel':
        this.attempt(on, () => on.do('order.advance', { id: orderId, to: 'cancelled' }));
        break;
      case 'fulfil':
        this.attempt(on, () => on.do('order.advance', { id: orderId, to: 'fulfilled' }));
        break;
      case 'push':
        await on.push().catch(() => undefined);
        break;
      case 'pull': {
        // Between two pages somebody else writes: what is shown must still be one instant of the server.
        const other = this.devices.find((one) => one !== on);
        let atCompletion: ReadonlyMap<string, string> | undefined;
        network.meanwhile = async () => {
          if (detail !== 3 || other === undefined) return;
          other.network.fault = () => 'none';
          await other.push().catch(() => undefined);
        };
        network.onComplete = (rows) => {
          atCompletion = rows;
        };
        const isDone = await on.pull().then(
          () => true,
          () => false,
        );
        network.meanwhile = () => Promise.resolve();
        network.onComplete = () => undefined;
        if (isDone && network.fault() === 'none') expect(on.base()).toEqual(atCompletion);
        break;
      }
      case 'crash':
        on.crash();
        break;
      case 'jump':
        on.core.advance((detail - 4) * 3_600_000);
        break;
      case 'clone':
        if (this.devices.length < 4) this.clone(on);
        break;
      case 'backup':
        this.backup = await this.world.backUp();
        break;
      case 'restore':
        if (this.backup !== undefined) {
          await this.world.restore(this.backup);
          this.isRestored = true;
        }
        break;
      default:
        throw new Error(what);
    }
    this.check();
  }

  /** The rules of orders may refuse, and that is their business. */
  attempt(on: TestDevice, act: () => void): void {
    const before = [on.outbox().length, on.rows()];
    try {
      act();
    } catch {
      expect([on.outbox().length, on.rows()]).toEqual(before);
    }
  }

  clone(on: TestDevice): void {
    const client = new Database(on.core.db.$client.serialize());
    const copy = createTestCore();
    this.add(
      createTestDevice({
        world: () => this.world,
        actor: on.actor,
        network: calm(),
        core: { ...copy, db: drizzle({ client }) },
      }),
    );
  }

  check(): void {
    for (const one of this.devices) {
      expect(one.rows()).toEqual(expectedRows(one));
      const mids = one.outbox().map(({ mid }) => mid);
      expect(mids).toEqual(mids.map((_, index) => (mids[0] ?? 0) + index));
      const epoch = one.core.db.$client.prepare('SELECT epoch, incarnation FROM sync_state').get();
      const seen = this.cursors.get(one);
      const at = one.cursors();
      if (seen !== undefined && canonicalJson(seen.epoch) === canonicalJson(epoch)) {
        for (const [scope, ver] of seen.at) expect(at.get(scope) ?? 0).toBeGreaterThanOrEqual(ver);
      }
      this.cursors.set(one, { epoch, at });
    }
  }

  async settle(): Promise<void> {
    for (const one of this.devices) one.network.fault = () => 'none';
    for (let round = 0; round < 3; round += 1) {
      for (const one of this.devices) {
        await one.push();
        await one.pull();
      }
    }
    this.check();
    const shop = [shopScope(shopId(1))];
    const theirs = await this.world.rows(shop);
    for (const one of this.devices) {
      expect(one.outbox().filter(({ state }) => state === 'pending')).toEqual([]);
      expect(one.rows()).toEqual(theirs);
      expect(one.base()).toEqual(theirs);
      const scopes = [...shop, deviceScope(one.actor.deviceId), orgScope(ORGANIZATION)];
      expect(ownDigests(one)).toEqual(await this.world.digests(scopes));
    }
    // After a restore the server has forgotten some of what it ran, and ran it again.
    if (!this.isRestored) expect(theirs).toEqual(model(this.ran));
    const { rows } = await opened.db.execute<{ last: number; answered: number }>(sql`
      SELECT w.last_mid AS last, count(o.mid) AS answered FROM sync_writers w
      LEFT JOIN sync_outcomes o USING (device_id, incarnation) GROUP BY w.device_id, w.incarnation, w.last_mid`);
    for (const { last, answered } of rows) expect(answered).toBe(last);
    // Every payment that any device took is there: a fact is never lost, whatever became of the line or the server.
    expect([...theirs.keys()].filter((key) => key.startsWith('payment:'))).toHaveLength(this.paid);
  }
}

const live = async (steps: readonly Step[]) => {
  const life = new Life();
  await life.begin();
  try {
    for (const one of steps) await life.play(one);
    await life.settle();
  } finally {
    for (const one of life.devices) one.core.db.$client.close();
  }
};

test('whatever the network does, everything happens once and everybody agrees', {
  timeout: RUNS * 10_000,
}, async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), live), { numRuns: RUNS, ...LIMITS });
});

test('also with cloned disks and a server from the backup', { timeout: RUNS * 10_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.array(upheaval, { maxLength: 60, size: 'max' }), live), {
    numRuns: RUNS,
    ...LIMITS,
  });
});
