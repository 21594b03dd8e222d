/**
 * The partner's pages at a manager's desk, from what this device has: they work for weeks without a network and say how old
 * they are. Nothing is changed from here.
 *
 * Composition: `createPartner(core, { timeZone, asOf, ask })`.
 */
import { z } from 'zod';
import type { Core } from '#main/core.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { Millis } from '#shared/kernel/schemas.ts';
import {
  KiosksOverview,
  type PartnerDailyCounters,
  type PartnerDays,
  type PartnerOrder,
  type PartnerOrders,
  type PartnerOrdersQuery,
} from '#shared/partner/partner.api.ts';
import type { AskKiosks } from './partner.http.ts';
import { findOverview, listPaperOrders, saveOverview } from './partner.repo.ts';
import { daysOf, fits, isNew, LISTED_MS, type PaperOrder, toPartnerOrder } from './partner.rules.ts';

export interface PartnerDeps {
  /** Of the shop: days are counted in it. */
  readonly timeZone: () => string;
  /** When this device last heard of everything in its shop, Unix ms. */
  readonly asOf: () => number | undefined;
  readonly ask: AskKiosks;
}

const Kept = z.object({ at: Millis, kiosks: KiosksOverview });
type KnownKiosks = { readonly at?: number; readonly kiosks: KiosksOverview };

export interface Partner {
  newOrders(): PartnerOrder[];
  orders(query: PartnerOrdersQuery): PartnerOrders;
  /** Throws `orders.not_found`, also for one that is older than 30 days. */
  order(id: string): PartnerOrder;
  counters(): PartnerDailyCounters;
  days(): PartnerDays;
  /** As the server says now, or as it said last. */
  kiosks(): Promise<KnownKiosks>;
  asOf(): number | undefined;
}

export function createPartner(core: Pick<Core, 'db' | 'now' | 'log' | 'changes'>, deps: PartnerDeps): Partner {
  const { db, now, log, changes } = core;

  const known = (): KnownKiosks => Kept.safeParse(findOverview(db)).data ?? { kiosks: [] };
  const namesNow = (): ReadonlyMap<string, string> =>
    new Map(known().kiosks.map(({ kiosk }) => [kiosk.id, kiosk.name]));
  const listed = (): PaperOrder[] => listPaperOrders(db, now() - LISTED_MS);
  const show = (orders: readonly PaperOrder[], names = namesNow()): PartnerOrder[] =>
    orders.map((order) => toPartnerOrder(order, names.get(order.deviceId), (imageId) => `/blobs/${imageId}`));

  const days = (): PartnerDays => ({ days: daysOf(listed(), deps.timeZone(), now()) });

  return {
    newOrders: () => show(listed().filter((order) => isNew(order, now()))),
    orders: ({ cursor, limit, ...filter }) => {
      const names = namesNow();
      const timeZone = deps.timeZone();
      const all = listed().filter((order) => fits(order, filter, { timeZone, kioskName: names.get(order.deviceId) }));
      // The last order of the page before; one that has left since begins anew.
      const from = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
      const page = all.slice(from, from + limit);
      const last = page.at(-1);
      return {
        orders: show(page, names),
        ...(last !== undefined && from + limit < all.length ? { next: last.id } : {}),
      };
    },
    order: (id) => {
      const [order] = show(listed().filter((one) => one.id === id));
      if (order === undefined) throw new AppError('orders.not_found', `no order ${id} for paper`);
      return order;
    },
    counters: () => {
      const { all = 0, printed = 0 } = days().days.at(-1) ?? {};
      return { all, printed };
    },
    days,
    kiosks: async () => {
      const kiosks = await deps.ask();
      if (kiosks === undefined) {
        log.debug('no word of the kiosks: what was said last is shown');
        return known();
      }
      const at = now();
      const before = namesNow();
      db.transaction((tx) => saveOverview(tx, { at, kiosks }));
      // Orders are shown by the names of their kiosks.
      if (kiosks.some(({ kiosk }) => before.get(kiosk.id) !== kiosk.name))
        changes.emit({ collection: 'orders', ids: [] });
      return { at, kiosks };
    },
    asOf: () => deps.asOf(),
  };
}
