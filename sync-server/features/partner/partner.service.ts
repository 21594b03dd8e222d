/** A partner's orders: what waits for paper, what was made in a month, and what becomes of the paper. */
import { AppError } from '#shared/kernel/errors.ts';
import { markPrint, type PrintMark } from '#shared/orders/print.rules.ts';
import type { PartnerOrdersQuery } from '#shared/partner/partner.api.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import type { Partner } from '../../auth/partner-shops.repo.ts';
import type { BlobsService } from '../../blobs/blobs.service.ts';
import type { Db } from '../../db/db.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import { dayNamed, lastDays, pageOf, readCursor } from '../hq/hq.rules.ts';
import {
  countDays,
  findDevicesNamed,
  findOrder,
  listOrders,
  listPrinted,
  type NamedOrder,
  NEW_AT_MOST,
} from './partner.repo.ts';
import { withinScope } from './partner.scope.repo.ts';

/** An unprinted order stays on the screen this long, a printed one that long. */
const WAITING_MS = 3 * 3_600_000;
const PRINTED_MS = 15 * 60_000;
/** Older orders have no guest any more, and are nobody's business here. */
export const SHOWN_MS = 30 * 24 * 3_600_000;
const CHART_DAYS = 14;

export interface PartnerOrderView extends NamedOrder {
  readonly imageUrl: string | null;
}

export type PartnerService = ReturnType<typeof createPartnerService>;

export function createPartnerService(ports: {
  readonly db: Db;
  readonly now: () => number;
  readonly sync: Pick<SyncService, 'announce'>;
  readonly blobs: Pick<BlobsService, 'linksOf'>;
}) {
  const { db, now, sync, blobs } = ports;

  /** Outside the scope's transaction: files are no business of its role. */
  const pictured = async (partner: Partner, rows: readonly NamedOrder[]) => {
    const links = await blobs.linksOf(
      partner,
      rows.flatMap(({ order }) => order.imageId ?? []),
    );
    return rows.map((row): PartnerOrderView => ({ ...row, imageUrl: links.get(row.order.imageId ?? '') ?? null }));
  };
  const pictureOf = async (partner: Partner, row: NamedOrder): Promise<PartnerOrderView> => {
    const [view] = await pictured(partner, [row]);
    return view ?? { ...row, imageUrl: null };
  };

  async function newOrders(partner: Partner): Promise<readonly PartnerOrderView[]> {
    const at = now();
    const rows = await withinScope(db, partner, async (tx, scope) => {
      const window = { from: at - WAITING_MS, limit: NEW_AT_MOST };
      const [waiting, printed] = await Promise.all([
        listOrders(tx, scope, { ...window, statuses: ['new', 'not_printed'] }),
        listPrinted(tx, scope, at - PRINTED_MS, NEW_AT_MOST),
      ]);
      const newest = [...waiting, ...printed].toSorted(
        ({ order: a }, { order: b }) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1),
      );
      return newest.slice(0, NEW_AT_MOST);
    });
    return pictured(partner, rows);
  }

  /** Of the last 30 days, newest first. @throws AppError `app.bad_input` for a cursor that is none of ours */
  async function orders(partner: Partner, query: PartnerOrdersQuery) {
    const { cursor, limit, from, to, q, status, kioskId } = query;
    const at = now();
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const { rows, next } = await withinScope(db, partner, async (tx, scope) => {
      const found = await listOrders(tx, scope, {
        statuses: status === undefined ? undefined : [status],
        kioskId,
        q,
        kiosksNamed: q === undefined || q === '' ? [] : await findDevicesNamed(tx, q),
        from: Math.max(at - SHOWN_MS, from === undefined ? 0 : dayNamed(scope.timeZone, from).from),
        to: to === undefined ? undefined : dayNamed(scope.timeZone, to).to,
        cursor: after,
        limit: limit + 1,
      });
      const paged = pageOf(found, limit, ({ order: { createdAt, id } }) => ({ at: createdAt, id }));
      return { rows: paged.page, next: paged.next };
    });
    return { orders: await pictured(partner, rows), ...next };
  }

  const missing = () => new AppError('orders.not_found', 'there is no such order');

  /** @throws AppError `orders.not_found`, also for an order of somebody else */
  async function order(partner: Partner, id: string): Promise<PartnerOrderView> {
    const row = await withinScope(db, partner, (tx, scope) => findOrder(tx, scope, id, now() - SHOWN_MS, 'read'));
    if (row === undefined) throw missing();
    return pictureOf(partner, row);
  }

  /**
   * Says what became of the paper; saying it again changes nothing. Every device of the shop hears of it.
   *
   * @throws AppError `orders.not_found`, also for an order of somebody else
   */
  async function mark(partner: Partner, id: string, to: PrintMark): Promise<PartnerOrderView> {
    const at = now();
    const { row, heads } = await withinScope(db, partner, async (tx, scope) => {
      const found = await findOrder(tx, scope, id, at - SHOWN_MS, 'change');
      if (found === undefined) throw missing();
      const marked = markPrint(found.order, to, { by: 'person', at });
      if (marked === undefined) return { row: found, heads: {} };
      const { organizationId, userId } = partner;
      const put = { type: 'order', id, scope: shopScope(marked.shopId), fields: marked } as const;
      const written = await writeRows(tx, organizationId, [put], at);
      await appendAudit(tx, partner, {
        at,
        event: to === 'printed' ? 'ORDER_MARK_PRINTED' : 'ORDER_MARK_NOT_PRINTED',
        actor: { kind: 'user', id: userId },
        entity: { type: 'order', id },
      });
      return { row: { ...found, order: marked }, heads: written.heads };
    });
    sync.announce(heads);
    return pictureOf(partner, row);
  }

  /** Of the last days of the organisation's zone, oldest first; today is the last. */
  const days = (partner: Partner) =>
    withinScope(db, partner, (tx, scope) => countDays(tx, scope, lastDays(scope.timeZone, now(), CHART_DAYS)));

  const today = (partner: Partner) =>
    withinScope(db, partner, async (tx, scope) => {
      const [counted] = await countDays(tx, scope, lastDays(scope.timeZone, now(), 1));
      return { all: counted?.all ?? 0, printed: counted?.printed ?? 0 };
    });

  return { newOrders, orders, order, mark, days, today };
}
