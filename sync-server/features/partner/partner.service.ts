import type { Db } from '../../db/db.ts';
import { listNewOrders, type Partner, type PartnerOrderRow } from './partner.repo.ts';

/** An unprinted order stays on the screen this long, a printed one that long. */
const WAITING_MS = 3 * 3_600_000;
const PRINTED_MS = 15 * 60_000;

export type PartnerService = ReturnType<typeof createPartnerService>;

export function createPartnerService({ db, now }: { readonly db: Db; readonly now: () => number }) {
  const newOrders = (partner: Partner): Promise<PartnerOrderRow[]> =>
    listNewOrders(db, partner, { waiting: now() - WAITING_MS, printed: now() - PRINTED_MS });
  return { newOrders };
}
