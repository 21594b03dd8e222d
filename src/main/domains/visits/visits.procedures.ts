import { rpc } from '#main/rpc/rpc.ts';
import type { Resume } from './resume.service.ts';
import type { VisitService } from './visits.service.ts';

export const visitsProcedures = (visits: VisitService, resume: Resume) => ({
  current: rpc.visits.current.handler(() => visits.current() ?? null),
  resume: rpc.visits.resume.handler(() => resume()),
  start: rpc.visits.start.handler(({ input }) => visits.start(input)),
  setContact: rpc.visits.setContact.handler(({ input }) => visits.update(input.id, { contact: input.contact })),
  complete: rpc.visits.complete.handler(({ input }) => visits.finish(input.id, 'completed')),
  expire: rpc.visits.expire.handler(({ input }) => visits.finish(input.id, 'expired')),
});
