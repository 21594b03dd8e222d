/** What was typed and cannot be saved yet, sealed on this device, for whoever typed it (`drafts.schema.ts`). */
import type { Core } from '#main/core.ts';
import { draftPlace } from '#node/sealing.ts';
import { DRAFT_MS, Draft, type Drafts } from '#shared/clients/drafts.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { dropDraft, dropDraftsOf, dropOldDrafts, hasDrafts, listDrafts, putDraft } from './drafts.repo.ts';
import type { FileChange } from './file.change.ts';
import { findPassport } from './file.repo.ts';
import type { OrganizationKeyring } from './organization-key.ts';

export type DraftsService = ReturnType<typeof createDrafts>;

export function createDrafts(
  core: Pick<Core, 'db' | 'now' | 'changes'>,
  { change, keyring }: { readonly change: FileChange; readonly keyring: Pick<OrganizationKeyring, 'find' | 'require'> },
) {
  const { db, now } = core;

  const tidy = (ids: readonly string[]): void => {
    if (!hasDrafts(db)) return;
    dropOldDrafts(db, now() - DRAFT_MS);
    // What was typed of a passport goes when its values do.
    for (const id of ids) if (findPassport(db, id)?.purgedAt !== undefined) dropDraftsOf(db, id, 'passport');
  };
  tidy([]);
  core.changes.subscribe(({ collection, ids }) => {
    if (collection === 'clients') tidy(ids);
  });

  return {
    /** Those of whoever is signed in; none while there is no key. */
    list: (clientId: string): Drafts => {
      const member = change.member();
      const sealing = keyring.find();
      if (member === undefined || sealing === undefined) return {};
      return Object.fromEntries(
        listDrafts(db, { clientId, memberId: member.id }).flatMap(({ form, sealed }) => {
          try {
            const text = sealing.open(draftPlace(clientId, member.id, form), sealed);
            return [[form, Draft.parse(JSON.parse(text))]];
          } catch (error) {
            // Sealed for an organisation that this device left.
            if (error instanceof AppError && error.code === 'clients.seal_broken') return [];
            throw error;
          }
        }),
      );
    },

    /**
     * A draft without any text is none.
     *
     * @throws AppError `clients.not_found`, `clients.key_missing`
     */
    keep: (clientId: string, form: string, draft: Draft): void => {
      change.require(clientId);
      const member = change.member();
      if (member === undefined) throw new AppError('staff.not_signed_in', 'nobody is signed in at this device');
      const whose = { clientId, memberId: member.id };
      if (Object.keys(draft.typed).length === 0) return dropDraft(db, whose, form);
      const sealed = keyring.require().seal(draftPlace(clientId, member.id, form), JSON.stringify(draft));
      putDraft(db, { ...whose, form, sealed, updatedAt: now() });
    },
  };
}
