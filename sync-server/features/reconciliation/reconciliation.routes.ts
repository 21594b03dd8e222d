import type { FastifyInstance } from 'fastify';
import { HqReconciliation, HqReconciliationQuery } from '#shared/hq/reconciliation.api.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { ReconciliationService } from './reconciliation.service.ts';

export const reconciliationRoutes =
  (guards: Guards, service: ReconciliationService) => async (app: FastifyInstance) => {
    await scope(app, guards.session('hq_admin'), (add) => {
      add(
        'GET',
        '/hq/reconciliation',
        {
          summary:
            'A day of every shop: money, fiscal documents and the payment provider, with every difference explained',
          tag: 'Headquarters',
          rate: 'read',
          query: HqReconciliationQuery,
          reply: HqReconciliation,
        },
        ({ principal, query }) => service.look(principal, query.day),
      );
    });
  };
