import type { VisitService } from '#main/domains/visits/visits.service.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';

/** The visit, which must be going on. Throws `visits.not_found`, `visits.expired`, `visits.illegal_transition`. */
export function requireOpenVisit(visits: Pick<VisitService, 'get'>, visitId: string): Visit {
  const visit = visits.get(visitId);
  if (visit.status === 'active') return visit;
  throw new AppError(
    visit.status === 'expired' ? 'visits.expired' : 'visits.illegal_transition',
    `the visit is ${visit.status}`,
    { details: { status: visit.status } },
  );
}

/** Is it going on? One that is not known, or was erased, is not. */
export const isOpenVisit = (visits: Pick<VisitService, 'get'>, visitId: string): boolean =>
  peek(visits, visitId)?.status === 'active';

/** Is nothing to be known of it any more? */
export const isErased = (visits: Pick<VisitService, 'get'>, visitId: string): boolean =>
  peek(visits, visitId) === undefined;

function peek(visits: Pick<VisitService, 'get'>, visitId: string): Visit | undefined {
  try {
    return visits.get(visitId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'visits.not_found') return undefined;
    throw error;
  }
}
