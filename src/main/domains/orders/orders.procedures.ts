import { rpc } from '#main/rpc/rpc.ts';
import type { OrderService } from './orders.service.ts';
import type { Voids } from './voids.service.ts';

export const ordersProcedures = (orders: OrderService, voids: Voids) => ({
  get: rpc.orders.get.handler(({ input }) => orders.get(input.id)),
  recent: rpc.orders.recent.handler(({ input }) => orders.recent(input.limit, input.text)),
  findByReceipt: rpc.orders.findByReceipt.handler(({ input }) => orders.findByReceipt(input)),
  recordVoid: rpc.orders.recordVoid.handler(({ input }) => voids.recordVoid(input)),
  restoreVoid: rpc.orders.restoreVoid.handler(({ input }) => voids.restoreVoid(input)),
});
