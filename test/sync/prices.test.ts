import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCatalogue } from '#main/domains/catalogue/catalogue.service.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { calm, createTestDevice, type TestDevice } from './device-world.ts';
import { actor, ORGANIZATION, shopId, uuid } from './fixtures.ts';
import { createServerWorld, NOW, type ServerWorld } from './server-world.ts';

const HOUR = 3_600_000;
const MONDAY = NOW + 48 * HOUR;
const item: CatalogueItem = {
  id: uuid(900, 1),
  sku: 'DIAG',
  name: 'Диагностика',
  category: 'Услуги',
  priceMinor: 50_000,
  coming: [{ priceMinor: 60_000, effectiveFrom: MONDAY }],
  vat: 'none',
  paymentObject: 'service',
  unit: 'piece',
  favourite: false,
  active: true,
  kioskService: 'diagnostics',
};

let world: ServerWorld;
beforeEach(async () => {
  world = await createServerWorld();
});
afterEach(() => world.close());

const setClock = (on: TestDevice, ms: number) => on.core.advance(ms - on.core.now());
const catalogueOf = (on: TestDevice) => createCatalogue({ ...on.core, now: on.sync.serverTime });

test.each([
  ['right', 0],
  ['two hours ahead', 2 * HOUR],
  ['two hours behind', -2 * HOUR],
])(
  'a price of next Monday comes two days before it; a till whose clock is %s asks it from Monday on, with no line and over a restart',
  async (_name, ahead) => {
    const network = calm();
    const till = createTestDevice({ world: () => world, actor: actor(1), network });
    setClock(till, NOW + ahead);
    await world.opened.db.transaction((tx) =>
      writeRows(
        tx,
        ORGANIZATION,
        [{ type: 'catalogue_item', id: item.id, scope: shopScope(shopId(1)), fields: item }],
        NOW,
      ),
    );
    await till.pull();
    network.fault = () => 'request lost';
    const askedAt = (at: number) => {
      setClock(till, at + ahead);
      till.crash();
      const catalogue = catalogueOf(till);
      return [catalogue.services()[0]?.priceMinor, catalogue.itemsOf(till.core.db, [item.id]).get(item.id)?.priceMinor];
    };
    // A clock of a test ticks with each look at it, and an exchange measures it to the second.
    expect(askedAt(MONDAY - 10_000)).toEqual([50_000, 50_000]);
    expect(askedAt(MONDAY + 10_000)).toEqual([60_000, 60_000]);
  },
);
