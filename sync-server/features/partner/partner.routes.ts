/** The partner's screens: the owner's contract, times as ISO text. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Id } from '#shared/kernel/schemas.ts';
import {
  MarkOrderRequest,
  PartnerDailyCounters,
  PartnerDays,
  PartnerNewOrders,
  PartnerOrder,
  PartnerOrders,
  PartnerOrdersQuery,
} from '#shared/partner/partner.api.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { PartnerOrderView, PartnerService } from './partner.service.ts';

const OrderParams = z.strictObject({ id: Id });

const iso = (ms: number): string => new Date(ms).toISOString();

function toReply({ order, kioskName, imageUrl }: PartnerOrderView): z.input<typeof PartnerOrder> {
  const { customer, printStatus } = order;
  if (printStatus === 'none') throw new Error('an order that needs no paper is on the screen of orders that do');
  return {
    id: order.id,
    number: order.number,
    customerName: customer?.name ?? null,
    customerEmail: customer?.email ?? null,
    customerPhone: customer?.phone ?? null,
    status: printStatus,
    imageUrl,
    printedAt: order.printedAt === undefined ? null : iso(order.printedAt),
    kiosk: { id: order.deviceId, name: kioskName },
    createdAt: iso(order.createdAt),
  };
}

export const partnerRoutes = (guards: Guards, partner: PartnerService) => async (app: FastifyInstance) => {
  await scope(app, guards.session('partner'), (add) => {
    const read = { tag: 'Partner', rate: 'read' } as const;
    const write = { tag: 'Partner', rate: 'write' } as const;
    add(
      'GET',
      '/partner/orders/new',
      {
        ...read,
        summary: 'Unprinted orders of three hours, and those printed in a quarter of one',
        reply: PartnerNewOrders,
      },
      async ({ principal }) => (await partner.newOrders(principal)).map(toReply),
    );
    add(
      'GET',
      '/partner/orders',
      { ...read, summary: 'Orders of 30 days, newest first', query: PartnerOrdersQuery, reply: PartnerOrders },
      async ({ principal, query }) => {
        const { orders, ...next } = await partner.orders(principal, query);
        return { orders: orders.map(toReply), ...next };
      },
    );
    add(
      'GET',
      '/partner/orders/daily-counters',
      { ...read, summary: 'Orders made today, and of these printed', reply: PartnerDailyCounters },
      ({ principal }) => partner.today(principal),
    );
    add(
      'GET',
      '/partner/orders/days',
      { ...read, summary: 'The counters of the last 14 days', reply: PartnerDays },
      async ({ principal }) => ({ days: await partner.days(principal) }),
    );
    add(
      'GET',
      '/partner/orders/:id',
      { ...read, summary: 'One order', params: OrderParams, reply: PartnerOrder },
      async ({ principal, params }) => toReply(await partner.order(principal, params.id)),
    );
    add(
      'POST',
      '/partner/orders/:id/mark',
      {
        ...write,
        summary: 'Say whether its photo was printed',
        params: OrderParams,
        body: MarkOrderRequest,
        reply: PartnerOrder,
      },
      async ({ principal, params, body }) => toReply(await partner.mark(principal, params.id, body.status)),
    );
  });
};
