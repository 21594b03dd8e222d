/**
 * Writes down what devices of the present schema hold: their outboxes as they cross the wire, and their databases. Run
 * once for each schema, before it is released (`npm run sync:record`); what it wrote is
 * never written again, because it stands for devices that nobody can change any more.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { MODES, type Mode } from '#shared/kernel/mode.ts';
import { SCHEMA } from '#shared/sync/protocol.ts';
import { createTestDevice, type TestDevice } from '../device-world.ts';
import { actor, order, payment, uuid } from '../fixtures.ts';
import { createServerWorld } from '../server-world.ts';

const ACTORS: Readonly<Record<Mode, number>> = { kiosk: 1, cashier: 2, manager: 3 };

/** Something of everything that a device of each mode does. */
const WORK: Readonly<Record<Mode, (on: TestDevice) => void>> = {
  kiosk: (on) => {
    const id = 'OBD-ABCDEF-123456';
    const visit = {
      id,
      deviceId: on.actor.deviceId,
      kind: 'diagnostics' as const,
      status: 'active' as const,
      language: 'ru' as const,
      contact: {},
      metadata: {},
      createdAt: 1,
      expiresAt: 9_999_999_999_999,
    };
    on.do('visit.start', { visit });
    on.do('order.place', { order: order(1, on.actor, { origin: 'kiosk' }) });
    on.do('visit.finish', { id, status: 'completed', finishedAt: 5 });
  },
  cashier: (on) => {
    const sale = order(2, on.actor);
    on.do('order.place', { order: sale });
    on.do('payment.settle', { payments: [payment(2, sale)] });
    on.do('order.advance', { id: sale.id, to: 'fulfilled' });
    on.do('order.place', { order: order(3, on.actor) });
    on.do('order.advance', { id: order(3, on.actor).id, to: 'cancelled' });
    const record: FiscalRecord = {
      id: uuid(6, 1),
      type: 'sale',
      fiscalDeviceId: 'fd-1',
      deviceId: on.actor.deviceId,
      shopId: on.actor.shopId,
      orderId: sale.id,
      status: 'done',
      totalMinor: sale.totalMinor,
      operator: { name: 'Иванова' },
      createdAt: 1,
      updatedAt: 2,
    };
    on.do('fiscal.report', { record });
  },
  manager: (on) => {
    const client = {
      id: uuid(7, 1),
      shopId: on.actor.shopId,
      name: 'Смирнова Елена',
      phones: [],
      tags: ['vip'],
      status: 'new' as const,
      createdAt: 1,
      updatedAt: 1,
    };
    on.do('client.create', { client });
    on.do('client.patch', { id: client.id, set: { comment: 'Перезвонить' }, add: { tags: ['fleet'] }, by: 'Анна' });
    on.do('client.advance', { id: client.id, to: 'in_verification' });
  },
};

export async function main(): Promise<void> {
  const file = join(import.meta.dirname, `schema-${SCHEMA}.json`);
  if (existsSync(file)) throw new Error(`${file} stands for devices of schema ${SCHEMA}: it is not written again`);
  const world = await createServerWorld();
  const devices = [];
  for (const mode of MODES) {
    const on = createTestDevice({ world: () => world, actor: actor(ACTORS[mode], 1, mode) });
    await on.pull();
    WORK[mode](on);
    devices.push({ actor: on.actor, mutations: outboxOf(on), tables: tablesOf(on) });
  }
  await world.close();
  writeFileSync(file, `${JSON.stringify({ schema: SCHEMA, devices }, null, 1)}\n`);
}

const all = (on: TestDevice, query: string) => on.core.db.$client.prepare<[], Record<string, unknown>>(query).all();

const outboxOf = (on: TestDevice) =>
  all(on, `SELECT mid, name, args, schema, hlc, base, h, grant_ver AS "grant" FROM sync_outbox ORDER BY mid`).map(
    ({ args, base, grant, ...row }) => ({
      ...row,
      args: JSON.parse(String(args)),
      base: JSON.parse(String(base)),
      ...(grant === null ? {} : { grant }),
    }),
  );

/** Every table that holds something, without the columns that are worked out from others. */
function tablesOf(on: TestDevice): Record<string, readonly Record<string, unknown>[]> {
  const names = all(
    on,
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '__*'`,
  );
  const tables = names.flatMap(({ name }) => {
    const columns = all(on, `SELECT name FROM pragma_table_info('${String(name)}')`).map(
      (column) => `"${column['name']}"`,
    );
    const rows = all(on, `SELECT ${columns.join(', ')} FROM "${String(name)}"`);
    return rows.length === 0 ? [] : [[String(name), rows] as const];
  });
  return Object.fromEntries(tables);
}
