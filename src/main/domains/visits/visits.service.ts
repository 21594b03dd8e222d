/**
 * A client at this kiosk, from the first touch to the thank-you. One at a time. Every change goes through sync.
 *
 * Composition: `createVisits(core, deps)`, then `createVisitExpiry(visits, log)`; await its first `tick()` before the
 * first screen, then `start()` it, on a kiosk. `deps.payments` is `visitPayments` of the payments domain.
 */

import { type AuditEvent, recordAudit } from '#main/audit/audit.repo.ts';
import type { Core, Logger, Loop } from '#main/core.ts';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import { createLoop } from '#main/loop.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Language, Visit, VisitContact, VisitKind, VisitStatus } from '#shared/visits/visits.schema.ts';
import { newVisitId } from './visit-id.ts';
import { registerVisitMetrics } from './visits.metrics.ts';
import { findActiveVisit, findVisit, listOverdueVisits, listVisits, type VisitFilter } from './visits.repo.ts';
import { decideEnd, decideTime } from './visits.rules.ts';

/** What a visit needs to know of its money. */
export interface VisitPayments {
  /** When the payment going on for this visit runs out, Unix ms; `undefined` = none is going on. */
  pendingUntil(db: Reader, visitId: string): number | undefined;
  /** Was money taken for this visit? */
  isPaid(db: Reader, visitId: string): boolean;
}

export interface VisitDeps {
  readonly sync: SyncPort;
  readonly payments: VisitPayments;
  /** How long a visit lasts without being finished. */
  readonly ttlMs: number;
  /** Has a person taken this service out of order here? */
  readonly isOff?: (kind: VisitKind) => boolean;
}

export interface NewVisit {
  readonly kind: VisitKind;
  readonly language: Language;
  readonly contact?: VisitContact;
  readonly metadata?: Visit['metadata'];
  readonly ttlMs?: number | undefined;
}
export type VisitNotes = { readonly [K in 'contact' | 'metadata']?: Visit[K] | undefined };
export type VisitEnd = Exclude<VisitStatus, 'active'>;

const ENDED: Readonly<Record<VisitEnd, AuditEvent>> = {
  completed: 'SESSION_COMPLETED',
  expired: 'SESSION_EXPIRED',
  failed: 'SESSION_FAILED',
};

export interface VisitService {
  /** The visit going on, not overdue. */
  current(): Visit | undefined;
  /** Throws `visits.already_active` with the `id` of the one going on, `visits.out_of_order`. */
  start(visit: NewVisit): Visit;
  /** An overdue visit is expired by reading it. Throws `visits.not_found`, also for an erased one. */
  get(id: string): Visit;
  list(filter: VisitFilter): Visit[];
  /** Changes the contact of an active visit, and adds notes. Throws `visits.not_found`, `visits.expired`, `visits.illegal_transition`. */
  update(id: string, notes: VisitNotes): Visit;
  /**
   * Ends a visit; the same end again changes nothing, another one is refused with `visits.expired` or
   * `visits.illegal_transition`. A visit whose payment is going on does not expire: it is answered as it is, prolonged.
   *
   * @param at when it ended, if not now.
   */
  finish(id: string, status: VisitEnd, at?: number): Visit;
  /** Forgets the client of a visit; an active one ends as expired. Throws `visits.has_payment`, `visits.not_found`. */
  erase(id: string): void;
  /** Expires what is overdue; returns how many. */
  expireOverdue(): number;
  /** In a transaction of the payment: the visit, which must be active. Throws as `update` does. */
  requireActive(tx: WriteTx, id: string): Visit;
  /** In a transaction of the payment: the visit lasts at least until a minute after `paymentUntil`. */
  outlive(tx: WriteTx, visit: Visit, paymentUntil: number): void;
}

export function createVisits(core: Core, { sync, payments, ttlMs, isOff = () => false }: VisitDeps): VisitService {
  const { db, now } = core;
  const log = core.log.child({ domain: 'visits' });
  const metrics = registerVisitMetrics(core.metrics, db);

  const committed = (id: string): Visit => {
    sync.wake();
    core.changes.emit({ collection: 'visits', ids: [id] });
    return find(db, id);
  };
  const write = <T>(work: (tx: WriteTx) => T): T => db.transaction(work, { behavior: 'immediate' });

  const audit = (tx: WriteTx, event: AuditEvent, { id, kind }: Visit): void =>
    recordAudit(tx, { at: now(), event, entity: 'visit', entityId: id, details: { kind } });

  const find = (reader: Reader, id: string): Visit => {
    const visit = findVisit(reader, id);
    if (visit && visit.erasedAt === undefined) return visit;
    throw new AppError('visits.not_found', `no visit ${id}`);
  };

  const end = (visit: Visit, status: VisitEnd, at = now()): Visit => {
    write((tx) => {
      sync.mutate(tx, 'visit.finish', { id: visit.id, status, finishedAt: at });
      audit(tx, ENDED[status], visit);
    });
    const finished = committed(visit.id);
    metrics.finished(finished);
    log.info('visit ended', { visitId: visit.id, kind: visit.kind, status });
    return finished;
  };

  /** Lets time do its work on a visit: keeps it, prolongs it under a payment, or expires it. */
  const settle = (visit: Visit): Visit => {
    if (visit.status !== 'active') return visit;
    const decision = decideTime(visit.expiresAt, payments.pendingUntil(db, visit.id), now());
    switch (decision.kind) {
      case 'keep':
        return visit;
      case 'expire':
        return end(visit, 'expired');
      case 'prolong':
        write((tx) => sync.mutate(tx, 'visit.update', { id: visit.id, expiresAt: decision.until }));
        return committed(visit.id);
    }
  };

  const requireActive = (reader: Reader, id: string): Visit => {
    const visit = find(reader, id);
    if (visit.status === 'active') return visit;
    throw new AppError(
      visit.status === 'expired' ? 'visits.expired' : 'visits.illegal_transition',
      `the visit is ${visit.status}`,
      { details: { status: visit.status } },
    );
  };

  const current = (): Visit | undefined => {
    const visit = findActiveVisit(db);
    const settled = visit && settle(visit);
    return settled?.status === 'active' ? settled : undefined;
  };

  return {
    current,
    start: ({ kind, language, contact = {}, metadata = {}, ttlMs: ownTtlMs }) => {
      const active = current();
      if (active) {
        throw new AppError('visits.already_active', 'one client at a time', { details: { id: active.id } });
      }
      if (isOff(kind)) throw new AppError('visits.out_of_order', `${kind} is out of order here`);
      const createdAt = now();
      const visit: Visit = {
        id: newVisitId(kind, createdAt, core.randomBytes),
        deviceId: sync.writer().deviceId,
        kind,
        status: 'active',
        language,
        contact,
        metadata,
        createdAt,
        expiresAt: createdAt + (ownTtlMs ?? ttlMs),
      };
      write((tx) => {
        sync.mutate(tx, 'visit.start', { visit });
        audit(tx, 'SESSION_CREATED', visit);
      });
      metrics.created(visit);
      log.info('visit started', { visitId: visit.id, kind });
      return committed(visit.id);
    },
    get: (id) => settle(find(db, id)),
    list: (filter) => listVisits(db, filter).filter(({ erasedAt }) => erasedAt === undefined),
    update: (id, { contact, metadata }) => {
      settle(find(db, id));
      requireActive(db, id);
      write((tx) =>
        sync.mutate(tx, 'visit.update', {
          id,
          ...(contact === undefined ? {} : { contact }),
          ...(metadata === undefined ? {} : { metadata }),
        }),
      );
      return committed(id);
    },
    finish: (id, status, at) => {
      const visit = settle(find(db, id));
      const decision = decideEnd(visit.status, status);
      if (decision.kind === 'noop') return visit;
      if (decision.kind === 'refuse') {
        throw new AppError(decision.code, `the visit is ${visit.status}`, { details: { status: visit.status } });
      }
      const isPaying = status === 'expired' && payments.pendingUntil(db, id) !== undefined;
      return isPaying ? visit : end(visit, status, at);
    },
    erase: (id) => {
      const visit = settle(find(db, id));
      if (payments.isPaid(db, id) || payments.pendingUntil(db, id) !== undefined) {
        throw new AppError('visits.has_payment', 'money was taken for this visit, or is being taken');
      }
      if (visit.status === 'active') end(visit, 'expired');
      write((tx) => {
        sync.mutate(tx, 'visit.erase', { id, erasedAt: now() });
        audit(tx, 'SESSION_ERASED', visit);
        // Retention takes the guest out of all else, once the server has what it has to.
        recordStep(tx, { kind: 'visit', subject: id, step: 'ERASED', details: {}, at: now() });
      });
      sync.wake();
      core.changes.emit({ collection: 'visits', ids: [id] });
      log.info('visit erased', { visitId: id });
    },
    expireOverdue: () =>
      listOverdueVisits(db, now())
        .map(settle)
        .filter(({ status }) => status === 'expired').length,
    requireActive,
    outlive: (tx, visit, paymentUntil) => {
      const decision = decideTime(visit.expiresAt, paymentUntil, now());
      if (decision.kind === 'prolong') sync.mutate(tx, 'visit.update', { id: visit.id, expiresAt: decision.until });
    },
  };
}

/** Ends visits whose client went away, also while no screen asks. */
export const createVisitExpiry = (visits: Pick<VisitService, 'expireOverdue'>, log: Logger): Loop =>
  createLoop({
    name: 'visit-expiry',
    intervalMs: 1000,
    log,
    run: () => {
      visits.expireOverdue();
    },
  });
