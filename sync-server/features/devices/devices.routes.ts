import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EnrolReply, EnrolRequest } from '#shared/devices/devices.schema.ts';
import { Millis } from '#shared/kernel/schemas.ts';
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
