/** Shops as headquarters makes them: a row of the server, and the row that its devices pull. */
import { Shop } from '#shared/devices/devices.schema.ts';
import type { EditShopRequest, NewShopRequest } from '#shared/hq/users.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type UserPrincipal } from '../../auth/principals.ts';
import { getOrganization } from '../../auth/users.repo.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { lockRows, writeRows } from '../../sync/rows.writer.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import { findShop, insertShop } from '../devices/devices.repo.ts';
import { patchShop } from './users.repo.ts';

export type ShopsService = ReturnType<typeof createShopsService>;

export function createShopsService(ports: {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Pick<Live, 'hqChanged'>;
  readonly sync: Pick<SyncService, 'announce'>;
}) {
  const { db, now, live, sync } = ports;

  /** The same id again is the same shop. @throws AppError `app.conflict` it is a shop of somebody else. */
  async function create(by: UserPrincipal, { id, name, address }: NewShopRequest): Promise<void> {
    const { organizationId } = by;
    const heads = await db.transaction(async (tx) => {
      const { name: organizationName, inn: organizationInn, ...of } = await getOrganization(tx, by);
      if (!(await insertShop(tx, { id, organizationId, partnerUserId: null, name, address, createdAt: now() }))) {
        if ((await findShop(tx, by, id)) === undefined) throw new AppError('app.conflict', 'this id is taken');
        return {};
      }
      const { timeZone, currency, taxationSystem } = of;
      const fields: Shop = {
        id,
        organizationId,
        organizationName,
        organizationInn,
        name,
        address,
        timeZone,
        currency,
        taxationSystem,
        defaultLanguage: 'ru',
      };
      const written = await writeRows(tx, organizationId, [{ type: 'shop', id, scope: shopScope(id), fields }], now());
      await appendAudit(tx, by, {
        at: now(),
        event: 'SHOP_CREATED',
        actor: actorOf(by),
        entity: { type: 'shop', id },
        details: { name },
      });
      return written.heads;
    });
    sync.announce(heads);
    live.hqChanged(organizationId, ['users']);
  }

  /** @throws AppError `app.not_found`. */
  async function edit(by: UserPrincipal, id: string, patch: EditShopRequest): Promise<void> {
    const heads = await db.transaction(async (tx) => {
      const shop = await findShop(tx, by, id);
      if (shop === undefined) throw new AppError('app.not_found', 'there is no such shop');
      const { name = shop.name, address = shop.address } = patch;
      await patchShop(tx, by, id, { name, address });
      const [row] = (await lockRows(tx, [{ type: 'shop', id }])).values();
      await appendAudit(tx, by, {
        at: now(),
        event: 'SHOP_CHANGED',
        actor: actorOf(by),
        entity: { type: 'shop', id },
        details: { name, address },
      });
      if (row === undefined) return {};
      const fields = Shop.parse({ ...row.fields, name, address });
      return (await writeRows(tx, by.organizationId, [{ type: 'shop', id, scope: row.scope, fields }], now())).heads;
    });
    sync.announce(heads);
    live.hqChanged(by.organizationId, ['users', 'devices']);
  }

  return { create, edit };
}
