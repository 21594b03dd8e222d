import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  HqFieldConflicts,
  HqFieldConflictsQuery,
  HqSyncCases,
  HqSyncCasesQuery,
  HqSyncDevices,
  SettleSyncCase,
} from '#shared/hq/sync.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { ConflictsService } from './conflicts.service.ts';
import type { SyncDeskService } from './sync.service.ts';

const TAG = 'Headquarters';

export const syncDeskRoutes =
  (guards: Guards, desk: SyncDeskService, conflicts: ConflictsService) => async (app: FastifyInstance) => {
    await scope(app, guards.session('hq_admin'), (add) => {
      add(
        'GET',
        '/hq/sync/devices',
        { summary: 'How far every device is with the server', tag: TAG, rate: 'read', reply: HqSyncDevices },
        ({ principal }) => desk.devices(principal),
      );
      add(
        'GET',
        '/hq/sync/cases',
        {
          summary:
            'Changes that were not taken and facts that contradict, newest first; open ones unless told otherwise',
          tag: TAG,
          rate: 'read',
          query: HqSyncCasesQuery,
          reply: HqSyncCases,
        },
        ({ principal, query }) => desk.cases(principal, query),
      );
      add(
        'GET',
        '/hq/sync/conflicts',
        {
          summary: 'Fields that two people changed without knowing of each other, with the values they have had',
          tag: TAG,
          rate: 'read',
          query: HqFieldConflictsQuery,
          reply: HqFieldConflicts,
        },
        ({ principal, query }) => conflicts.list(principal, query),
      );
      add(
        'POST',
        '/hq/sync/cases/:id/settle',
        {
          summary: 'Say how somebody has seen to it',
          tag: TAG,
          rate: 'write',
          params: z.strictObject({ id: Id }),
          body: SettleSyncCase,
          reply: z.undefined(),
          statuses: [],
        },
        async ({ principal, params, body, reply }) => {
          await desk.settle(principal, params.id, body.note);
          reply.code(204);
          return undefined;
        },
      );
    });
  };
