/** `/api/manager/clients`: the paths of the contract, its words, its answers. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  AssignRequest,
  ManagerClient,
  ManagerClientCards,
  ManagerClientsQuery,
  ManagerProfile,
  Managers,
  NEXT_CURSOR_HEADER,
  NewManagerClient,
  TOTAL_COUNT_HEADER,
} from '#shared/clients/manager.api.ts';
import { SaveFileRequest, UploadUrl, UploadUrlRequest } from '#shared/clients/manager-devices.api.ts';
import { ManagerPassport, PassportRequest } from '#shared/clients/manager-passport.api.ts';
import { ManagerTariff, TariffLines, TariffRequest, TariffVersionRequest } from '#shared/clients/manager-tariff.api.ts';
import { SupportMessages } from '#shared/clients/support.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { ManagerGuard } from '../../auth/manager.guard.ts';
import { scope } from '../../plugins/routes.ts';
import { toMessageReply } from '../support/support.routes.ts';
import type { SupportService } from '../support/support.service.ts';
import type { ManagerClients } from './clients.service.ts';
import { createFileReplies, ifMatchOf, uploadUrl } from './file.replies.ts';
import type { PassportDesk } from './passport.service.ts';
import type { TariffsDesk } from './tariffs.service.ts';
import type { Uploads } from './uploads.service.ts';

export interface ManagerRoutes {
  readonly manager: ManagerGuard;
  readonly clients: ManagerClients;
  readonly passports: PassportDesk;
  readonly uploads: Uploads;
  readonly tariffs: TariffsDesk;
  readonly support: Pick<SupportService, 'messagesOf'>;
}

const params = z.strictObject({ id: Id });

export const managerRoutes =
  ({ manager, clients, passports, uploads, tariffs, support }: ManagerRoutes) =>
  async (app: FastifyInstance) => {
    const { whole, wholeFile, orBoth } = createFileReplies(clients);
    await scope(app, manager, (add) => {
      const read = { tag: 'Managers', rate: 'read' } as const;
      const write = { tag: 'Managers', rate: 'write' } as const;
      const change = { ...write, params, reply: ManagerClient } as const;

      add(
        'GET',
        '/api/manager/clients',
        {
          ...read,
          summary: 'Clients of a tab, those that changed last first',
          query: ManagerClientsQuery,
          reply: ManagerClientCards,
        },
        async ({ principal, query, reply }) => {
          const { cards, total, next } = await clients.list(principal, query);
          if (next !== undefined) reply.header(NEXT_CURSOR_HEADER, next);
          reply.header(TOTAL_COUNT_HEADER, total).header('cache-control', 'no-store');
          return [...cards];
        },
      );
      add(
        'POST',
        '/api/manager/clients',
        {
          ...write,
          summary: 'A new client; the same id is the same client',
          body: NewManagerClient,
          reply: ManagerClient,
          statuses: [201],
        },
        async ({ principal, body, reply }) => whole(reply, await clients.create(principal, body), 201),
      );
      add(
        'GET',
        '/api/manager/managers',
        { ...read, summary: 'Who may be given a client', reply: Managers },
        async ({ principal }) => [...(await clients.managers(principal))],
      );
      add(
        'GET',
        '/api/manager/clients/:id',
        { ...read, summary: 'The card of a client; the passport is masked', params, reply: ManagerClient },
        async (call) => whole(call.reply, await clients.detail(call.principal, call.params.id)),
      );
      add(
        'PATCH',
        '/api/manager/clients/:id/profile',
        { ...change, summary: 'Step 1: contact data', body: ManagerProfile },
        ({ principal: by, params: { id }, body, request, reply }) =>
          orBoth(by, id, async () => whole(reply, await clients.patchProfile(by, id, ifMatchOf(request), body))),
      );
      add(
        'POST',
        '/api/manager/clients/:id/assign',
        { ...change, summary: 'Give the client to another manager', body: AssignRequest },
        async ({ principal, params: { id }, body, reply }) =>
          whole(reply, await clients.assign(principal, id, body.manager_id)),
      );
      add(
        'PUT',
        '/api/manager/clients/:id/passport',
        { ...change, summary: 'Step 2: the passport', body: PassportRequest },
        async ({ principal: by, params: { id }, body, request, reply }) => {
          const photo = await uploads.passportPhotoOf(by, id, body.photo_url);
          return orBoth(by, id, async () =>
            wholeFile(by, reply, await passports.put(by, id, ifMatchOf(request), body, photo)),
          );
        },
      );
      add(
        'POST',
        '/api/manager/clients/:id/passport/reveal',
        { ...write, summary: 'The passport in clear; who asked is written down', params, reply: ManagerPassport },
        ({ principal, params: { id }, request, reply }) => {
          reply.header('cache-control', 'no-store');
          return passports.reveal(principal, id, request.ip);
        },
      );
      add(
        'POST',
        '/api/manager/clients/:id/passport/photo/upload-url',
        {
          ...write,
          summary: 'Where to send a photo of the passport',
          params,
          body: UploadUrlRequest,
          reply: UploadUrl,
        },
        async ({ principal, params: { id }, body }) =>
          uploadUrl(await uploads.allow(principal, id, null, body.content_type)),
      );
      add(
        'POST',
        '/api/manager/clients/:id/passport/photo',
        { ...change, summary: 'The photo that was sent is of the passport', body: SaveFileRequest, statuses: [201] },
        async ({ principal: by, params: { id }, body, request, reply }) => {
          const photo = await uploads.fileOf(by, id, null, body.file_key);
          return orBoth(by, id, async () =>
            wholeFile(by, reply, await passports.putPhoto(by, id, ifMatchOf(request), photo), 201),
          );
        },
      );
      add(
        'DELETE',
        '/api/manager/clients/:id/passport/photo',
        { ...change, summary: 'Take the photo of the passport away' },
        ({ principal: by, params: { id }, request, reply }) =>
          orBoth(by, id, async () => wholeFile(by, reply, await passports.putPhoto(by, id, ifMatchOf(request), null))),
      );
      add(
        'POST',
        '/api/manager/clients/:id/tariff/calculate',
        { ...write, summary: 'What it would cost; writes nothing', params, body: TariffRequest, reply: ManagerTariff },
        ({ principal, params: { id }, body }) => tariffs.calculate(principal, id, body),
      );
      add(
        'POST',
        '/api/manager/clients/:id/tariff/apply',
        { ...write, summary: 'Step 4: give the client a tariff', params, body: TariffRequest, reply: ManagerTariff },
        ({ principal, params: { id }, body }) => tariffs.apply(principal, id, body),
      );
      add(
        'GET',
        '/api/manager/tariffs',
        { ...read, summary: 'Tariffs that may be given', reply: TariffLines },
        (call) => tariffs.list(call.principal),
      );
      add(
        'PUT',
        '/api/manager/tariffs/:id',
        {
          ...write,
          summary: 'Another version of a tariff',
          params,
          body: TariffVersionRequest,
          reply: z.undefined(),
          statuses: [],
        },
        async ({ principal, params: { id }, body, reply }) => {
          await tariffs.write(principal, id, body);
          reply.code(204);
          return undefined;
        },
      );
      add(
        'GET',
        '/api/manager/clients/:id/messages',
        { ...read, summary: 'What was said in the support chat; codes are masked', params, reply: SupportMessages },
        async ({ principal, params: { id } }) => {
          await clients.detail(principal, id);
          return (await support.messagesOf(principal, id)).map(toMessageReply);
        },
      );
    });
  };
