import { z } from 'zod';
import { Millis } from '../kernel/schemas.ts';
import { apply, defineMutator, reject } from '../sync/mutator.ts';
import { deviceScope } from '../sync/scopes.ts';
import { mayVisitBecome } from './visits.rules.ts';
import { Visit, VisitContact, VisitId, VisitStatus } from './visits.schema.ts';

export const startVisit = defineMutator({
  name: 'visit.start',
  fact: true,
  modes: ['kiosk'],
  merge: 'insert_once',
  writes: ['visit'],
  scope: 'device',
  args: z.strictObject({ visit: Visit }),
  anonymous: ({ visit }) => ({ visit: { ...visit, contact: {}, metadata: {} } }),
  reads: ({ visit }) => [{ type: 'visit', id: visit.id }],
  decide: ({ visit }, rows, { writer }) =>
    rows.get({ type: 'visit', id: visit.id })
      ? apply()
      : apply({
          type: 'visit',
          id: visit.id,
          scope: deviceScope(writer.deviceId),
          fields: { ...visit, deviceId: writer.deviceId },
        }),
});

/** Contact and notes of a visit that is still going on. A contact takes the place of the one before: it may be withdrawn. */
export const updateVisit = defineMutator({
  name: 'visit.update',
  fact: false,
  modes: ['kiosk'],
  merge: 'transitions',
  writes: ['visit'],
  scope: 'device',
  args: z.strictObject({
    id: VisitId,
    contact: VisitContact.optional(),
    metadata: z.record(z.string().max(64), z.string().max(256)).optional(),
    expiresAt: Millis.optional(),
  }),
  anonymous: ({ id, expiresAt }) => ({ id, ...(expiresAt === undefined ? {} : { expiresAt }) }),
  reads: ({ id }) => [{ type: 'visit', id }],
  decide: ({ id, contact, metadata, expiresAt }, rows, { writer }) => {
    const visit = rows.get({ type: 'visit', id });
    if (!visit) return reject('visits.not_found', `no visit ${id}`);
    if (visit.status !== 'active') return reject('visits.expired', `the visit is ${visit.status}`);
    return apply({
      type: 'visit',
      id,
      scope: deviceScope(writer.deviceId),
      fields: {
        ...visit,
        contact: contact ?? visit.contact,
        metadata: { ...visit.metadata, ...metadata },
        expiresAt: expiresAt ?? visit.expiresAt,
      },
    });
  },
});

export const finishVisit = defineMutator({
  name: 'visit.finish',
  fact: true,
  modes: ['kiosk'],
  merge: 'transitions',
  writes: ['visit'],
  scope: 'device',
  args: z.strictObject({ id: VisitId, status: VisitStatus.exclude(['active']), finishedAt: Millis }),
  reads: ({ id }) => [{ type: 'visit', id }],
  decide: ({ id, status, finishedAt }, rows, { writer }) => {
    const visit = rows.get({ type: 'visit', id });
    if (!visit)
      return { kind: 'apply', puts: [], anomalies: [{ kind: 'visit_finished_unknown', details: { id, status } }] };
    if (!mayVisitBecome(visit.status, status)) {
      if (visit.status === status) return apply();
      return {
        kind: 'apply',
        puts: [],
        anomalies: [{ kind: 'visit_finished_twice', details: { id, was: visit.status, reported: status } }],
      };
    }
    return apply({ type: 'visit', id, scope: deviceScope(writer.deviceId), fields: { ...visit, status, finishedAt } });
  },
});

/** Forgets who the client was: contact and notes of a visit that is over. Repeating it changes nothing. */
export const eraseVisit = defineMutator({
  name: 'visit.erase',
  fact: false,
  modes: ['kiosk'],
  merge: 'transitions',
  writes: ['visit'],
  scope: 'device',
  args: z.strictObject({ id: VisitId, erasedAt: Millis }),
  reads: ({ id }) => [{ type: 'visit', id }],
  decide: ({ id, erasedAt }, rows, { writer }) => {
    const visit = rows.get({ type: 'visit', id });
    if (!visit) return reject('visits.not_found', `no visit ${id}`);
    if (visit.status === 'active') return reject('visits.illegal_transition', 'the visit is still going on');
    if (visit.erasedAt !== undefined) return apply();
    return apply({
      type: 'visit',
      id,
      scope: deviceScope(writer.deviceId),
      fields: { ...visit, contact: {}, metadata: {}, erasedAt },
    });
  },
});
