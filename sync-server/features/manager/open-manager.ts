/** `/api/manager/clients`, put together. */
import type { FastifyInstance } from 'fastify';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import type { Guards } from '../../auth/guards.ts';
import type { ManagerGuard } from '../../auth/manager.guard.ts';
import type { BlobsService } from '../../blobs/blobs.service.ts';
import type { Db } from '../../db/db.ts';
import type { OrganizationKeys } from '../../organization-keys.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import type { SupportService } from '../support/support.service.ts';
import { appliancesRoutes } from './appliances.routes.ts';
import { createAppliancesDesk } from './appliances.service.ts';
import { createClientDesk } from './client-desk.service.ts';
import { createManagerClients } from './clients.service.ts';
import { createConflictsDesk } from './conflicts.service.ts';
import { createDraftsDesk } from './drafts.service.ts';
import { managerRoutes } from './manager.routes.ts';
import { ownRoutes } from './own.routes.ts';
import { createPassportDesk } from './passport.service.ts';
import { createTariffsDesk } from './tariffs.service.ts';
import { uploadsRoutes } from './uploads.routes.ts';
import { createUploads } from './uploads.service.ts';

export async function openManagerDesk(ports: {
  readonly app: FastifyInstance;
  readonly guards: Guards;
  readonly manager: ManagerGuard;
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  readonly sync: Pick<SyncService, 'announce'>;
  readonly keys: OrganizationKeys;
  readonly blobs: BlobsService;
  readonly support: SupportService;
}) {
  const { app, guards, manager, support, ...rest } = ports;
  const desk = createClientDesk(rest);
  const passports = createPassportDesk({ ...rest, desk });
  const uploads = createUploads({ ...rest, desk, passports });
  const clients = createManagerClients({ ...rest, desk, passports, support });
  const appliances = createAppliancesDesk({ ...rest, desk });
  const tariffs = createTariffsDesk({ ...rest, desk });
  await app.register(managerRoutes({ manager, clients, passports, uploads, tariffs, support }));
  await app.register(appliancesRoutes({ manager, clients, appliances, uploads }));
  const conflicts = createConflictsDesk(desk);
  const drafts = createDraftsDesk({ ...rest, desk });
  await app.register(ownRoutes({ manager, clients, conflicts, drafts }));
  await app.register(uploadsRoutes(guards, uploads));
  return { desk, clients };
}
