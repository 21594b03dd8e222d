import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  CreateDeviceRequest,
  EnrolmentCodeReply,
  HqDevices,
  HqDevicesQuery,
  HqKiosk,
  HqOrders,
  HqOrdersQuery,
  HqReceipts,
  HqShops,
  HqSummary,
} from '#shared/hq/hq.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { DevicesService } from '../devices/devices.service.ts';
import type { HqService } from './hq.service.ts';

const TAG = 'Headquarters';
const DeviceParams = z.strictObject({ id: Id });
const ReceiptsQuery = z.strictObject({
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const hqRoutes = (guards: Guards, hq: HqService, devices: DevicesService) => async (app: FastifyInstance) => {
  await scope(app, guards.session('hq_admin'), (add) => {
    const read = { tag: TAG, rate: 'read' } as const;
    const write = { tag: TAG, rate: 'write' } as const;
    add('GET', '/hq/summary', { ...read, summary: 'Today, and the last 14 days', reply: HqSummary }, (call) =>
      hq.summary(call.principal),
    );
    add(
      'GET',
      '/hq/orders',
      { ...read, summary: 'Orders, newest first', query: HqOrdersQuery, reply: HqOrders },
      (call) => hq.orders(call.principal, call.query),
    );
    add(
      'GET',
      '/hq/receipts',
      { ...read, summary: 'Fiscal documents, newest first', query: ReceiptsQuery, reply: HqReceipts },
      (call) => hq.receipts(call.principal, call.query),
    );
    add('GET', '/hq/shops', { ...read, summary: 'Shops', reply: HqShops }, (call) => hq.shops(call.principal));
    add(
      'GET',
      '/hq/devices',
      { ...read, summary: 'Devices, by shop and name', query: HqDevicesQuery, reply: HqDevices },
      (call) => hq.devices(call.principal, call.query),
    );
    add(
      'GET',
      '/hq/kiosks/:id',
      {
        ...read,
        summary: 'One kiosk, its latest errors and what its codes come to',
        params: DeviceParams,
        reply: HqKiosk,
      },
      (call) => hq.kiosk(call.principal, call.params.id),
    );
    add(
      'POST',
      '/hq/devices',
      {
        ...write,
        summary: 'A new device in waiting, with the code to type into it',
        body: CreateDeviceRequest,
        reply: EnrolmentCodeReply,
        statuses: [201],
      },
      (call) => {
        call.reply.code(201);
        return devices.create(call.principal, call.body);
      },
    );
    add(
      'POST',
      '/hq/devices/:id/enrolment-code',
      {
        ...write,
        summary: 'A new code; the one before it ends',
        params: DeviceParams,
        reply: EnrolmentCodeReply,
        statuses: [201],
      },
      (call) => {
        call.reply.code(201);
        return devices.issueCode(call.principal, call.params.id);
      },
    );
    add(
      'POST',
      '/hq/devices/:id/revoke',
      {
        ...write,
        summary: 'Shut a device out for good',
        params: DeviceParams,
        reply: z.undefined(),
        statuses: [],
      },
      async (call) => {
        await devices.revoke(call.principal, call.params.id);
        call.reply.code(204);
        return undefined;
      },
    );
  });
};
