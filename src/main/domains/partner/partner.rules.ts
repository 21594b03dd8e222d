/** What a partner's pages show of orders, decided from the orders that are here. Pure; the server decides alike in SQL. */
import { type WallTime, wallTimeIn } from '#shared/kernel/wall-time.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { PartnerDays, PartnerOrder, PartnerOrdersQuery } from '#shared/partner/partner.api.ts';

export const WAITING_MS = 3 * 3_600_000;
export const PRINTED_MS = 15 * 60_000;
export const LISTED_MS = 30 * 86_400_000;
const DAYS = 14;
/** A kiosk that the server has not spoken of yet. */
const NAMELESS = '—';
const DAY_MS = 86_400_000;

/** An order that is for paper. */
export type PaperOrder = Order & { readonly printStatus: Exclude<Order['printStatus'], 'none'> };
export const isForPaper = (order: Order): order is PaperOrder => order.printStatus !== 'none';

const iso = (ms: number): string => new Date(ms).toISOString();

export const toPartnerOrder = (
  { customer, ...order }: PaperOrder,
  kioskName: string | undefined,
  urlOf: (imageId: string) => string,
): PartnerOrder => ({
  id: order.id,
  number: order.number,
  customerName: customer?.name ?? null,
  customerEmail: customer?.email ?? null,
  customerPhone: customer?.phone ?? null,
  status: order.printStatus,
  imageUrl: order.imageId === undefined ? null : urlOf(order.imageId),
  printedAt: order.printedAt === undefined ? null : iso(order.printedAt),
  kiosk: { id: order.deviceId, name: kioskName ?? NAMELESS },
  createdAt: iso(order.createdAt),
});

/** P-11: not printed and made within three hours, or printed within a quarter of one. */
export const isNew = ({ printStatus, createdAt, printedAt }: PaperOrder, now: number): boolean =>
  printStatus === 'printed' ? now - (printedAt ?? 0) <= PRINTED_MS : now - createdAt <= WAITING_MS;

const isoDay = ({ year, month, day }: WallTime): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
export const dayOf = (timeZone: string, ms: number): string => isoDay(wallTimeIn(timeZone, ms));

export function fits(
  order: PaperOrder,
  { status, from, to, kioskId, q }: Omit<PartnerOrdersQuery, 'cursor' | 'limit'>,
  about: { readonly timeZone: string; readonly kioskName: string | undefined },
): boolean {
  const day = dayOf(about.timeZone, order.createdAt);
  if (status !== undefined && order.printStatus !== status) return false;
  if ((from !== undefined && day < from) || (to !== undefined && day > to)) return false;
  if (kioskId !== undefined && order.deviceId !== kioskId) return false;
  if (q === undefined || q === '') return true;
  const asked = q.toLowerCase();
  const { name, email, phone } = order.customer ?? {};
  const parts = [name, email, phone, about.kioskName].some((part) => part?.toLowerCase().includes(asked));
  return parts || order.number.toLowerCase().startsWith(asked);
}

/** The fortnight's counters, oldest first, today last. */
export function daysOf(orders: readonly PaperOrder[], timeZone: string, now: number): PartnerDays['days'] {
  const byDay = Map.groupBy(orders, ({ createdAt }) => dayOf(timeZone, createdAt));
  const today = Date.parse(`${dayOf(timeZone, now)}T00:00:00Z`);
  return Array.from({ length: DAYS }, (_, index) => {
    const day = iso(today - (DAYS - 1 - index) * DAY_MS).slice(0, 10);
    const made = byDay.get(day) ?? [];
    return { day, all: made.length, printed: made.filter(({ printStatus }) => printStatus === 'printed').length };
  });
}
