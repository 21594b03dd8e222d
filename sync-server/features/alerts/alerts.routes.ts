import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HqAlertGroups, HqAlerts, HqAlertsQuery } from '#shared/hq/fiscal.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { AlertsService } from './alerts.service.ts';

const TAG = 'Headquarters';

export const alertsRoutes = (guards: Guards, alerts: AlertsService) => async (app: FastifyInstance) => {
  await scope(app, guards.session('hq_admin'), (add) => {
    add(
      'GET',
      '/hq/alerts',
      {
        summary: 'What a person has to look at, newest first; open alerts unless told otherwise',
        tag: TAG,
        rate: 'read',
        query: HqAlertsQuery,
        reply: HqAlerts,
      },
      ({ principal, query }) => alerts.list(principal, query),
    );
    add(
      'GET',
      '/hq/alerts/groups',
      { summary: 'Open alerts by kind', tag: TAG, rate: 'read', reply: HqAlertGroups },
      ({ principal }) => alerts.groups(principal),
    );
    add(
      'POST',
      '/hq/alerts/:id/acknowledge',
      {
        summary: 'Say that somebody has seen to it',
        tag: TAG,
        rate: 'write',
        params: z.strictObject({ id: Id }),
        reply: z.undefined(),
        statuses: [],
      },
      async ({ principal, params, reply }) => {
        await alerts.acknowledge(principal, params.id);
        reply.code(204);
        return undefined;
      },
    );
  });
};
