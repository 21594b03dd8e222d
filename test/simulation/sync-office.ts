/** What headquarters does: rows of its own, and which shops a device sees. */
import { sql } from 'drizzle-orm';
import { collectGone } from '#server/sync/departures.repo.ts';
import { setShops } from '#server/sync/grants.service.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { orgScope, shopScope } from '#shared/sync/scopes.ts';
import { ORGANIZATION, shopId, uuid } from '#test/sync/fixtures.ts';
import { put } from './sync-model.ts';
import { type Actions, type Turn, YEAR } from './sync-turn.ts';
import { SHOPS } from './sync-world.ts';

export const OFFICE = {
  'hq put': async ({ world, chance }) => {
    const n = chance.int(1, 5);
    const known = world.model.rows.get(`catalogue_item:${uuid(8, n)}`);
    const scope = known?.scope ?? (n <= 2 ? orgScope(ORGANIZATION) : shopScope(shopId(n % 2 === 0 ? 2 : 1)));
    if (known?.fields === null) return;
    world.counters.items += 1;
    const fields = {
      id: uuid(8, n),
      sku: `sku-${n}`,
      name: `Item ${world.counters.items}`,
      category: 'wash',
      priceMinor: 100 * world.counters.items,
      vat: 'vat20' as const,
      paymentObject: 'commodity' as const,
      unit: 'piece' as const,
      favourite: false,
      active: true,
    };
    const puts = [{ type: 'catalogue_item' as const, id: fields.id, scope, fields }];
    await world.server.write(puts);
    put(world.model, puts);
  },
  'hq delete': async ({ world, chance }) => {
    const alive = [...world.model.rows].filter(
      ([key, row]) => key.startsWith('catalogue_item:') && row.fields !== null,
    );
    if (alive.length === 0) return;
    const [key, row] = chance.pick(alive);
    const puts = [
      { type: 'catalogue_item' as const, id: key.slice('catalogue_item:'.length), scope: row.scope, fields: null },
    ];
    await world.server.write(puts);
    put(world.model, puts);
  },
  /** Tombstones go, and the line below which a cursor has missed some moves up. */
  collect: async ({ world }) => {
    await collectGone(world.server.db, world.clock.now, 1000);
  },
  /** Headquarters moves a device to the other shop. */
  move: async (turn) => {
    const { home } = await shopsOf(turn);
    await setShopsOf(turn, [home === SHOPS[0] ? SHOPS[1] : SHOPS[0]]);
  },
  /** The device may also see the other shop, or no longer. */
  grant: async (turn) => {
    const { home, all } = await shopsOf(turn);
    await setShopsOf(turn, all.length > 1 ? [home] : [home, home === SHOPS[0] ? SHOPS[1] : SHOPS[0]]);
  },
  /** A row of headquarters goes from one shop to the other. */
  'move row': async ({ world, chance }) => {
    const alive = [...world.model.rows].filter(
      ([key, row]) => key.startsWith('catalogue_item:') && row.fields !== null && row.scope.startsWith('shop:'),
    );
    if (alive.length === 0) return;
    const [key, row] = chance.pick(alive);
    const scope = SHOPS.map(shopScope).find((one) => one !== row.scope) ?? row.scope;
    const id = key.slice('catalogue_item:'.length);
    const fields = row.fields as CatalogueItem;
    await world.server.move([{ type: 'catalogue_item', id, scope, fields }]);
    world.model.rows.set(key, { scope, fields });
  },
} as const satisfies Actions;

async function shopsOf({ world, slot }: Turn): Promise<{ readonly home: string; readonly all: readonly string[] }> {
  const current = (await world.grantsOf(slot.deviceId)).filter(({ revokedVer }) => revokedVer === null);
  const shops = current.filter(({ scope }) => scope.startsWith('shop:'));
  const idOf = ({ scope }: { readonly scope: string }) => scope.slice('shop:'.length);
  const home = shops.find((grant) => grant.home);
  return { home: home === undefined ? SHOPS[0] : idOf(home), all: shops.map(idOf) };
}

async function setShopsOf({ world, slot }: Turn, shops: readonly string[]): Promise<void> {
  const device = { organizationId: ORGANIZATION, deviceId: slot.deviceId };
  const { now } = world.clock;
  await world.server.db.transaction(async (tx) => {
    await setShops(tx, device, shops, { lateUntil: now + YEAR, now });
    await tx.execute(sql`UPDATE devices SET shop_id = ${shops[0] ?? ''} WHERE id = ${slot.deviceId}`);
  });
}
