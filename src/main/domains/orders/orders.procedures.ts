import { rpc } from '#main/rpc/rpc.ts';
import type { OrderService } from './orders.service.ts';

export const ordersProcedures = (orders: OrderService) => ({
  get: rpc.orders.get.handler(({ input }) => orders.get(input.id)),
  recent: rpc.orders.recent.handler(({ input }) => orders.recent(input.limit)),
});
