import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EnrolReply, EnrolRequest } from '#shared/devices/devices.schema.ts';
import { DeviceGrants, SetGrantsRequest } from '#shared/hq/hq.api.ts';
import { Id, Millis } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { DevicesService } from './devices.service.ts';

const TAG = 'Devices';

export const devicesRoutes = (guards: Guards, devices: DevicesService) => async (app: FastifyInstance) => {
  await scope(app, guards.open, (add) => {
    add(
      'POST',
      '/devices/enrol',
      {
        summary: 'Trade an enrolment code for a token',
        tag: TAG,
        rate: 'auth',
        body: EnrolRequest,
        reply: EnrolReply,
        statuses: [201],
      },
      ({ body, request, reply }) => {
        reply.code(201);
        return devices.enrol(body, request.ip);
      },
    );
  });
  await scope(app, guards.session('hq_admin'), (add) => {
    const params = z.strictObject({ id: Id });
    add(
      'GET',
      '/hq/devices/:id/grants',
      { summary: 'Shops that a device has and had', tag: TAG, rate: 'read', params, reply: DeviceGrants },
      (call) => devices.grants(call.principal, call.params.id),
    );
    add(
      'PUT',
      '/hq/devices/:id/grants',
      {
        summary: 'Put a device into a shop, or give it more of them',
        tag: TAG,
        rate: 'write',
        params,
        body: SetGrantsRequest,
        reply: DeviceGrants,
      },
      (call) => devices.setGrants(call.principal, call.params.id, call.body),
    );
  });
  await scope(app, guards.bearer, (add) => {
    add(
      'POST',
      '/devices/token/rotate',
      {
        summary: 'Exchange the token; the old one opens for a few more minutes',
        tag: TAG,
        rate: 'write',
        reply: z.strictObject({ token: z.string(), graceUntil: Millis }),
      },
      ({ principal }) => devices.rotate(principal),
    );
  });
};
