/** `/api/manager/clients/:id`, beyond the contract: what our own pages need in a browser as they have it at a device. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Draft, DraftForm, Drafts } from '#shared/clients/drafts.schema.ts';
import { ManagerClient } from '#shared/clients/manager.api.ts';
import { ResolveConflictRequest } from '#shared/clients/manager-conflicts.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { ManagerGuard } from '../../auth/manager.guard.ts';
import { scope } from '../../plugins/routes.ts';
import type { ManagerClients } from './clients.service.ts';
import type { ConflictsDesk } from './conflicts.service.ts';
import type { DraftsDesk } from './drafts.service.ts';
import { createFileReplies } from './file.replies.ts';

export interface OwnRoutes {
  readonly manager: ManagerGuard;
  readonly clients: ManagerClients;
  readonly conflicts: ConflictsDesk;
  readonly drafts: DraftsDesk;
}

const params = z.strictObject({ id: Id });

export const ownRoutes =
  ({ manager, clients, conflicts, drafts }: OwnRoutes) =>
  async (app: FastifyInstance) => {
    const { wholeFile } = createFileReplies(clients);
    await scope(app, manager, (add) => {
      const write = { tag: 'Managers', rate: 'write' } as const;
      add(
        'POST',
        '/api/manager/clients/:id/conflicts/resolve',
        {
          ...write,
          summary: 'Which of the values that people wrote into one field is right',
          params,
          body: ResolveConflictRequest,
          reply: ManagerClient,
        },
        async ({ principal: by, params: { id }, body, reply }) =>
          wholeFile(by, reply, await conflicts.resolve(by, id, body)),
      );
      add(
        'GET',
        '/api/manager/clients/:id/drafts',
        { tag: 'Managers', rate: 'read', summary: 'What the caller typed and could not save', params, reply: Drafts },
        ({ principal, params: { id }, reply }) => {
          reply.header('cache-control', 'no-store');
          return drafts.list(principal, id);
        },
      );
      add(
        'PUT',
        '/api/manager/clients/:id/drafts/:form',
        {
          ...write,
          summary: 'Keep what the caller typed and could not save; without any text it is let go',
          params: z.strictObject({ id: Id, form: DraftForm }),
          body: Draft,
          reply: z.undefined(),
          statuses: [],
        },
        async ({ principal, params: { id, form }, body, reply }) => {
          await drafts.keep(principal, id, form, body);
          reply.code(204);
          return undefined;
        },
      );
    });
  };
