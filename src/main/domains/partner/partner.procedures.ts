import { rpc } from '#main/rpc/rpc.ts';
import type { Partner } from './partner.service.ts';

export const partnerProcedures = (partner: Partner) => ({
  newOrders: rpc.partner.newOrders.handler(() => partner.newOrders()),
  orders: rpc.partner.orders.handler(({ input }) => partner.orders(input)),
  order: rpc.partner.order.handler(({ input }) => partner.order(input.id)),
  counters: rpc.partner.counters.handler(() => partner.counters()),
  days: rpc.partner.days.handler(() => partner.days()),
  kiosks: rpc.partner.kiosks.handler(async () => partner.kiosks()),
  asOf: rpc.partner.asOf.handler(() => {
    const at = partner.asOf();
    return at === undefined ? {} : { at };
  }),
});
