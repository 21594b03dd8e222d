/**
 * What a screen asks when it begins: is a guest to be taken on with? A visit that is not goes to its end here, so that
 * nothing of it is shown to whoever stands there now.
 */
import type { Core } from '#main/core.ts';
import type { ResumedVisit, Visit } from '#shared/visits/visits.schema.ts';
import { decideResume, type VisitFacts } from './resume.rules.ts';
import type { VisitService } from './visits.service.ts';

export type { VisitFacts } from './resume.rules.ts';

export interface ResumeDeps {
  readonly visits: Pick<VisitService, 'current' | 'finish'>;
  readonly factsOf: (visitId: string) => VisitFacts;
  /** Was it given what it paid for? */
  readonly isServed: (visit: Visit) => boolean;
}

export type Resume = () => ResumedVisit | null;

export const createResume =
  (core: Core, { visits, factsOf, isServed }: ResumeDeps): Resume =>
  () => {
    const visit = visits.current();
    if (visit === undefined) return null;
    const point = decideResume(factsOf(visit.id), core.now());
    if (point === undefined) {
      visits.finish(visit.id, 'expired');
      return null;
    }
    core.log.info('a visit is taken up again', { visitId: visit.id, step: point.step });
    // As it would be judged if the guest left now: neither completed nor begun anew.
    return { visit, point, isServed: isServed({ ...visit, status: 'failed' }) };
  };
