/** The partner's screens: the owner's contract, times as ISO text. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { PartnerOrderRow } from './partner.repo.ts';
import type { PartnerService } from './partner.service.ts';

const PartnerOrder = z.strictObject({
  id: z.string(),
  number: z.string(),
  customerName: z.string().nullable(),
  customerEmail: z.string().nullable(),
  customerPhone: z.string().nullable(),
  status: z.enum(['new', 'printed', 'not_printed']),
  printedAt: z.iso.datetime().nullable(),
  kiosk: z.strictObject({ id: z.string(), name: z.string() }),
  createdAt: z.iso.datetime(),
});

const iso = (ms: number): string => new Date(ms).toISOString();

function toReply({ order, deviceName }: PartnerOrderRow): z.input<typeof PartnerOrder> {
  const { customer, printStatus } = order;
  if (printStatus === 'none') throw new Error('an order that needs no paper is on the screen of orders that do');
  return {
    id: order.id,
    number: order.number,
    customerName: customer?.name ?? null,
    customerEmail: customer?.email ?? null,
    customerPhone: customer?.phone ?? null,
    status: printStatus,
    printedAt: order.printedAt === undefined ? null : iso(order.printedAt),
    kiosk: { id: order.deviceId, name: deviceName ?? order.deviceId },
    createdAt: iso(order.createdAt),
  };
}

export const partnerRoutes = (guards: Guards, partner: PartnerService) => async (app: FastifyInstance) => {
  await scope(app, guards.session('partner'), (add) => {
    add(
      'GET',
      '/partner/orders/new',
      {
        summary: 'Unprinted orders of three hours, and those printed in a quarter of one',
        tag: 'Partner',
        rate: 'read',
        reply: z.array(PartnerOrder),
      },
      async ({ principal }) => (await partner.newOrders(principal)).map(toReply),
    );
  });
};
