/** A partner's kiosks: whose they are is found behind the wall, what is done to them is done by whoever does it for all. */
import type { KioskStatus, PartnerKiosksQuery } from '#shared/partner/partner.api.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import type { UserPrincipal } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import type { KioskScope } from '../kiosk/kiosks.repo.ts';
import type { KiosksService } from '../kiosk/kiosks.service.ts';
import { withinScope } from './partner.scope.repo.ts';

const his = ({ organizationId, userId }: UserPrincipal): KioskScope => ({ organizationId, whose: { userId } });

export type PartnerKiosksService = ReturnType<typeof createPartnerKiosks>;

export function createPartnerKiosks({ db, kiosks }: { readonly db: Db; readonly kiosks: KiosksService }) {
  /** @throws AppError `kiosks.not_found`, also for a kiosk of somebody else */
  const scopeOf = (by: UserPrincipal, id: string): Promise<KioskScope> =>
    withinScope(db, by, async (tx) => {
      await kiosks.one(his(by), id, tx);
      return his(by);
    });

  return {
    /** @throws AppError `app.bad_input` for a cursor that is none of ours. */
    list: async (by: UserPrincipal, query: PartnerKiosksQuery) => {
      await kiosks.settle();
      return withinScope(db, by, (tx) => kiosks.list(his(by), query, tx));
    },
    /** With its latest errors and what its codes come to. @throws AppError `kiosks.not_found`, also for a kiosk of somebody else */
    card: async (by: UserPrincipal, id: string) => {
      await kiosks.settle();
      return withinScope(db, by, (tx, scope) => kiosks.card(his(by), id, scope, tx));
    },
    errors: (by: UserPrincipal, id: string, limit: number) =>
      withinScope(db, by, (tx) => kiosks.errors(his(by), id, limit, tx)),
    setStatus: async (by: UserPrincipal, id: string, status: KioskStatus) =>
      kiosks.setStatus(by, await scopeOf(by, id), id, status),
    setLanguage: async (by: UserPrincipal, id: string, language: Language) =>
      kiosks.setLanguage(by, await scopeOf(by, id), id, language),
    issueCode: async (by: UserPrincipal, id: string) => kiosks.issueCode(by, await scopeOf(by, id), id),
    clearErrors: async (by: UserPrincipal, id: string) => kiosks.clearErrors(by, await scopeOf(by, id), id),
  };
}
