import type { FastifyInstance } from 'fastify';
import { HqAudit, HqAuditEvents, HqAuditQuery, HqAuditVerdict } from '#shared/hq/audit.api.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { AuditService } from './audit.service.ts';

const TAG = 'Audit';

export const auditRoutes = (guards: Guards, audit: AuditService) => async (app: FastifyInstance) => {
  await scope(app, guards.session('hq_admin'), (add) => {
    add(
      'GET',
      '/hq/audit',
      { summary: 'Who did what, newest first', tag: TAG, rate: 'read', query: HqAuditQuery, reply: HqAudit },
      ({ principal, query }) => audit.list(principal, query),
    );
    add(
      'GET',
      '/hq/audit/events',
      { summary: 'Which kinds of acts there are', tag: TAG, rate: 'read', reply: HqAuditEvents },
      ({ principal }) => audit.events(principal),
    );
    add(
      'POST',
      '/hq/audit/verify',
      { summary: 'Walk the whole chain and say whether it is whole', tag: TAG, rate: 'write', reply: HqAuditVerdict },
      ({ principal }) => audit.verify(principal),
    );
  });
};
