/** `/api/manager/clients`: the paths of the contract, its words, its answers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  AssignRequest,
  DevicePatch,
  ManagerClient,
  ManagerClientCards,
  ManagerClientsQuery,
  ManagerDevice,
  ManagerPassport,
  ManagerProfile,
  Managers,
  ManagerTariff,
  NEXT_CURSOR_HEADER,
  NewDevice,
  NewManagerClient,
  PassportRequest,
  SaveFileRequest,
  TariffLines,
  TariffRequest,
  TariffVersionRequest,
  TOTAL_COUNT_HEADER,
  UploadUrl,
  UploadUrlRequest,
} from '#shared/clients/manager.api.ts';
import { SupportMessages } from '#shared/clients/support.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { ManagerGuard } from '../../auth/manager.guard.ts';
import type { ManagerPrincipal } from '../../auth/principals.ts';
import { scope } from '../../plugins/routes.ts';
import { toMessageReply } from '../support/support.routes.ts';
import type { SupportService } from '../support/support.service.ts';
import type { AppliancesDesk } from './appliances.service.ts';
import type { ClientFile } from './client-file.ts';
import type { ManagerClients } from './clients.service.ts';
import type { PassportDesk } from './passport.service.ts';
import type { TariffsDesk } from './tariffs.service.ts';
import type { Uploads } from './uploads.service.ts';

export interface ManagerRoutes {
  readonly manager: ManagerGuard;
  readonly clients: ManagerClients;
  readonly passports: PassportDesk;
  readonly appliances: AppliancesDesk;
  readonly uploads: Uploads;
  readonly tariffs: TariffsDesk;
  readonly support: Pick<SupportService, 'messagesOf'>;
}

const params = z.strictObject({ id: Id });
const ofDevice = z.strictObject({ id: Id, deviceId: Id });

const ifMatchOf = (request: FastifyRequest): string | undefined => request.headers['if-match'];

export const managerRoutes =
  ({ manager, clients, passports, appliances, uploads, tariffs, support }: ManagerRoutes) =>
  async (app: FastifyInstance) => {
    /** A client's data: no cache on the way keeps them. */
    const whole = (reply: FastifyReply, client: ManagerClient, status = 200): ManagerClient => {
      reply.code(status).header('etag', client.version).header('cache-control', 'no-store');
      return client;
    };
    const wholeFile = async (by: ManagerPrincipal, reply: FastifyReply, file: ClientFile, status = 200) =>
      whole(reply, await clients.view(by, file), status);
    /** Who came too late is shown what he wanted and what there is. */
    const orBoth = async <T>(by: ManagerPrincipal, id: string, act: () => Promise<T>): Promise<T> => {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'clients.changed_meanwhile')) throw error;
        const current = await clients.detail(by, id);
        throw new AppError(error.code, error.message, { details: { yours: error.details['yours'], current } });
      }
    };
    const uploadUrl = ({ token, fileKey }: { readonly token: string; readonly fileKey: string }) => ({
      url: `/api/manager/uploads/${token}`,
      method: 'PUT' as const,
      fields: {},
      file_key: fileKey,
    });

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
        ({ principal: by, params: { id }, body, request, reply }) =>
          orBoth(by, id, async () => wholeFile(by, reply, await passports.put(by, id, ifMatchOf(request), body))),
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
        async ({ principal: by, params: { id }, body, reply }) => {
          const photo = await uploads.fileOf(by, id, null, body.file_key);
          return wholeFile(by, reply, await passports.putPhoto(by, id, photo), 201);
        },
      );
      add(
        'DELETE',
        '/api/manager/clients/:id/passport/photo',
        { ...change, summary: 'Take the photo of the passport away' },
        async ({ principal: by, params: { id }, reply }) =>
          wholeFile(by, reply, await passports.putPhoto(by, id, null)),
      );
      add(
        'POST',
        '/api/manager/clients/:id/devices',
        { ...write, summary: 'Step 3: another device', params, body: NewDevice, reply: ManagerDevice, statuses: [201] },
        async ({ principal: by, params: { id }, body, reply }) => {
          const made = await appliances.add(by, id, body);
          const client = await clients.view(by, made.file);
          const device = client.devices.find((one) => one.id === made.id);
          if (device === undefined) throw new AppError('clients.not_found', 'this client has no such device');
          reply.code(201).header('etag', client.version);
          return device;
        },
      );
      add(
        'PATCH',
        '/api/manager/clients/:id/devices/:deviceId',
        { ...write, summary: 'Other data of a device', params: ofDevice, body: DevicePatch, reply: ManagerClient },
        ({ principal: by, params: { id, deviceId }, body, request, reply }) =>
          orBoth(by, id, async () =>
            wholeFile(by, reply, await appliances.patch(by, id, deviceId, ifMatchOf(request), body)),
          ),
      );
      add(
        'DELETE',
        '/api/manager/clients/:id/devices/:deviceId',
        { ...write, summary: 'Take a device out of the file', params: ofDevice, reply: ManagerClient },
        async ({ principal: by, params: { id, deviceId }, reply }) =>
          wholeFile(by, reply, await appliances.remove(by, id, deviceId)),
      );
      add(
        'POST',
        '/api/manager/clients/:id/devices/:deviceId/photos/upload-url',
        {
          ...write,
          summary: 'Where to send a photo of a device',
          params: ofDevice,
          body: UploadUrlRequest,
          reply: UploadUrl,
        },
        async ({ principal, params: { id, deviceId }, body }) =>
          uploadUrl(await uploads.allow(principal, id, deviceId, body.content_type)),
      );
      add(
        'POST',
        '/api/manager/clients/:id/devices/:deviceId/photos',
        {
          ...write,
          summary: 'The photo that was sent is of this device',
          params: ofDevice,
          body: SaveFileRequest,
          reply: ManagerClient,
          statuses: [201],
        },
        async ({ principal: by, params: { id, deviceId }, body, reply }) => {
          const photo = await uploads.fileOf(by, id, deviceId, body.file_key);
          const file = await appliances.photos(by, id, deviceId, { add: [photo], remove: [] });
          return wholeFile(by, reply, file, 201);
        },
      );
      add(
        'DELETE',
        '/api/manager/clients/:id/devices/:deviceId/photos/:photoId',
        {
          ...write,
          summary: 'Take a photo of a device away',
          params: z.strictObject({ id: Id, deviceId: Id, photoId: z.string().max(64) }),
          reply: ManagerClient,
        },
        async ({ principal: by, params: { id, deviceId, photoId }, reply }) =>
          wholeFile(by, reply, await appliances.photos(by, id, deviceId, { add: [], remove: [photoId] })),
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
