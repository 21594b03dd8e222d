import { index, sqliteTable } from 'drizzle-orm/sqlite-core';
import type { Order } from '../../../shared/orders/orders.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';

export const orders = sqliteTable(
  'orders',
  {
    ...replicated<Order>(),
    status: textField('status', 'status'),
    visitId: textField('visit_id', 'visitId'),
    deviceId: textField('device_id', 'deviceId'),
    createdAt: intField('created_at', 'createdAt'),
    number: textField('number', 'number'),
    totalMinor: intField('total_minor', 'totalMinor'),
  },
  (table) => [
    index('orders_by_created').on(table.createdAt),
    index('orders_by_visit').on(table.visitId),
    index('orders_by_number').on(table.number, table.createdAt),
    index('orders_by_total').on(table.totalMinor, table.createdAt),
  ],
);
