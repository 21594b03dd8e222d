/** `/api/manager/clients/:id/devices`: step 3. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ManagerClient } from '#shared/clients/manager.api.ts';
import {
  DevicePatch,
  ManagerDevice,
  NewDevice,
  SaveFileRequest,
  UploadUrl,
  UploadUrlRequest,
} from '#shared/clients/manager-devices.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { ManagerGuard } from '../../auth/manager.guard.ts';
import { scope } from '../../plugins/routes.ts';
import { type AppliancesDesk, noDevice } from './appliances.service.ts';
import type { ManagerClients } from './clients.service.ts';
import { createFileReplies, ifMatchOf, uploadUrl } from './file.replies.ts';
import type { Uploads } from './uploads.service.ts';

export interface AppliancesRoutes {
  readonly manager: ManagerGuard;
  readonly clients: ManagerClients;
  readonly appliances: AppliancesDesk;
  readonly uploads: Uploads;
}

const params = z.strictObject({ id: Id });
const ofDevice = z.strictObject({ id: Id, deviceId: Id });

export const appliancesRoutes =
  ({ manager, clients, appliances, uploads }: AppliancesRoutes) =>
  async (app: FastifyInstance) => {
    const { wholeFile, orBoth } = createFileReplies(clients);
    await scope(app, manager, (add) => {
      const write = { tag: 'Managers', rate: 'write' } as const;

      add(
        'POST',
        '/api/manager/clients/:id/devices',
        { ...write, summary: 'Step 3: another device', params, body: NewDevice, reply: ManagerDevice, statuses: [201] },
        ({ principal: by, params: { id }, body, request, reply }) =>
          orBoth(by, id, async () => {
            const made = await appliances.add(by, id, ifMatchOf(request), body);
            const client = await clients.view(by, made.file);
            const device = client.devices.find((one) => one.id === made.id);
            if (device === undefined) throw noDevice();
            reply.code(201).header('etag', client.version);
            return device;
          }),
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
        ({ principal: by, params: { id, deviceId }, request, reply }) =>
          orBoth(by, id, async () =>
            wholeFile(by, reply, await appliances.remove(by, id, deviceId, ifMatchOf(request))),
          ),
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
        async ({ principal: by, params: { id, deviceId }, body, request, reply }) => {
          const photo = await uploads.fileOf(by, id, deviceId, body.file_key);
          const change = { add: [photo], remove: [] };
          return orBoth(by, id, async () =>
            wholeFile(by, reply, await appliances.photos(by, id, deviceId, ifMatchOf(request), change), 201),
          );
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
        ({ principal: by, params: { id, deviceId, photoId }, request, reply }) =>
          orBoth(by, id, async () => {
            const change = { add: [], remove: [photoId] };
            return wholeFile(by, reply, await appliances.photos(by, id, deviceId, ifMatchOf(request), change));
          }),
      );
    });
  };
