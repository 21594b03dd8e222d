/** What managers typed in a browser and could not save yet, sealed, for whoever typed it (`drafts.schema.ts`). */
import { draftPlace } from '#node/sealing.ts';
import { Draft, type Drafts } from '#shared/clients/drafts.schema.ts';
import type { ManagerPrincipal } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import type { OrganizationKeys } from '../../organization-keys.ts';
import type { ClientDesk } from './client-desk.service.ts';
import { dropDraft, listDrafts, putDraft } from './drafts.repo.ts';

export interface DraftsPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly keys: OrganizationKeys;
  readonly desk: Pick<ClientDesk, 'read'>;
}

export type DraftsDesk = ReturnType<typeof createDraftsDesk>;

export function createDraftsDesk({ db, now, keys, desk }: DraftsPorts) {
  const whose = ({ organizationId, managerId }: ManagerPrincipal, clientId: string) => ({
    organizationId,
    clientId,
    managerId,
  });

  return {
    /** @throws AppError `clients.not_found`, also for a client of somebody else's shop */
    list: async (by: ManagerPrincipal, clientId: string): Promise<Drafts> => {
      await desk.read(by, clientId);
      const sealing = keys.sealingOf(by);
      const rows = await listDrafts(db, whose(by, clientId));
      return Object.fromEntries(
        rows.map(({ form, sealed }) => [
          form,
          Draft.parse(JSON.parse(sealing.open(draftPlace(clientId, by.managerId, form), sealed))),
        ]),
      );
    },

    /** A draft without any text is none. @throws AppError `clients.not_found` */
    keep: async (by: ManagerPrincipal, clientId: string, form: string, draft: Draft): Promise<void> => {
      await desk.read(by, clientId);
      if (Object.keys(draft.typed).length === 0) return dropDraft(db, whose(by, clientId), form);
      const sealed = keys.sealingOf(by).seal(draftPlace(clientId, by.managerId, form), JSON.stringify(draft));
      await putDraft(db, { ...whose(by, clientId), form, sealed, updatedAt: now() });
    },
  };
}
