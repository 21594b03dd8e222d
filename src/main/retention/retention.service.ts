/**
 * What leaves a device for its age (K-84, K-85): guests a day after their visit, payments that came to nothing after an
 * hour, the audit log after a quarter. Money and receipts never go, and nothing that the server does not have for good.
 *
 * Composition: `createRetention(core, deps)`; its loop on a device that has guests.
 */
import { countAuditBefore, purgeAudit, recordAudit } from '#main/audit/audit.repo.ts';
import type { Core, Loop } from '#main/core.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import { createLoop } from '#main/loop.ts';
import type { Forgetting, NamingLetter } from '#main/sync/forget.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { leaveNoTrace } from '#main/sync/wipe.repo.ts';
import type { RetentionReport } from '#shared/rpc/upkeep.contract.ts';
import { type RefKey, refKey } from '#shared/sync/refs.ts';
import {
  countEndedIntents,
  type Due,
  forgetVisitDetails,
  type Guest,
  isNamed,
  listErasedGuests,
  listGuests,
  listNamingCustomer,
  listOldPhotoOrders,
  listReceiptContacts,
  purgeEndedIntents,
  removeReceiptContact,
} from './retention.repo.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** §5.7 of the requirements: payments are looked at this often, and everything with them. */
const PERIOD_MS = 600_000;
/** One run's worth: the thread is the screens' too. */
const GUESTS_AT_ONCE = 100;
/** for so long whoever hands out photos finds an order by its customer. */
const PHOTO_ORDER_MS = 30 * DAY_MS;

export interface RetentionLimits {
  readonly guestHours: number;
  readonly paymentHours: number;
  readonly auditDays: number;
  readonly reportDays: number;
}

/** What keeps documents of guests, as far as their age goes. */
export interface AgeingReports {
  /** Made by then. */
  countBefore(madeBy: number): Due;
  purge(madeBy: number): void;
}

export interface RetentionDeps {
  readonly sync: Pick<SyncPort, 'mutate' | 'wake'>;
  /** This device's own; absent before it is enrolled. */
  readonly deviceId: () => string | undefined;
  readonly forgetting: Forgetting;
  readonly reports?: AgeingReports;
  readonly limits: RetentionLimits;
  /** Is nobody at the device? Rewriting the file stands still for a moment. */
  readonly isIdle: () => boolean;
}

export interface Retention {
  /** What would go now, and what is due but held: nothing is changed. */
  plan(): RetentionReport;
  /** Lets it go; answers what went. */
  run(): RetentionReport;
  readonly loop: Loop;
}

export function createRetention(core: Core, deps: RetentionDeps): Retention {
  const { db, now } = core;
  const { sync, deviceId, forgetting, reports, limits, isIdle } = deps;
  const log = core.log.child({ domain: 'retention' });
  // What an earlier run left may still lie in the free room of the file.
  let tracesOf: ReadonlySet<RefKey> | undefined = new Set();

  /** Guests whose time is over, and whether everything about them is where it has to be. */
  const sortGuests = (): { readonly free: readonly Guest[]; readonly held: number; readonly oldestAt?: number } => {
    const guests = [
      ...listErasedGuests(db, GUESTS_AT_ONCE),
      ...listGuests(db, now() - limits.guestHours * HOUR_MS, GUESTS_AT_ONCE),
    ];
    const [oldest] = guests;
    if (oldest === undefined) return { free: [], held: 0 };
    const unsettled = forgetting.unsettled();
    const unprinted = new Set(listReceiptContacts(db).flatMap(({ isDone, orderId }) => (isDone ? [] : [orderId])));
    const free = guests.filter(
      (guest) =>
        !guest.isOpen &&
        keysOf(guest).every((key) => !unsettled.has(key)) &&
        guest.orderIds.every((orderId) => !unprinted.has(orderId)),
    );
    return { free, held: guests.length - free.length, oldestAt: oldest.finishedAt };
  };

  /**
   * Answers of the server about guests whose rows it did not take, so that none is here to be forgotten with: nobody need
   * ever read them.
   */
  const sortLetters = (): {
    readonly free: readonly NamingLetter[];
    readonly held: number;
    readonly oldestAt?: number;
  } => {
    const until = { guest: now() - limits.guestHours * HOUR_MS, photo: now() - PHOTO_ORDER_MS };
    const old = forgetting.listNaming().filter(({ madeAt, keys, isPhoto }) => {
      return madeAt <= (isPhoto ? until.photo : until.guest) && !keys.some((key) => isNamed(db, key));
    });
    const [oldest] = old;
    if (oldest === undefined) return { free: [], held: 0 };
    const unsettled = forgetting.unsettled();
    const free = old.filter(({ keys }) => !keys.some((key) => unsettled.has(key)));
    return { free, held: old.length - free.length, oldestAt: oldest.madeAt };
  };

  const limitsAt = () => ({
    payments: now() - limits.paymentHours * HOUR_MS,
    audit: now() - limits.auditDays * DAY_MS,
    reports: now() - limits.reportDays * DAY_MS,
  });

  const plan = (): RetentionReport => {
    const { free, ...guests } = sortGuests();
    const { free: freeLetters, ...letters } = sortLetters();
    const until = limitsAt();
    return {
      guests: { due: free.length, ...guests },
      letters: { due: freeLetters.length, ...letters },
      payments: { held: 0, ...countEndedIntents(db, until.payments) },
      audit: { held: 0, ...countAuditBefore(db, until.audit) },
      reports: { held: 0, ...(reports?.countBefore(until.reports) ?? { due: 0 }) },
    };
  };

  const forget = (guests: readonly Guest[]): void => {
    const contacts = listReceiptContacts(db);
    for (const guest of guests) {
      const { visitId, orderIds, isErased } = guest;
      db.transaction(
        (tx) => {
          if (!isErased) sync.mutate(tx, 'visit.erase', { id: visitId, erasedAt: now() });
          for (const id of listNamingCustomer(tx, orderIds)) sync.mutate(tx, 'order.forget_customer', { id });
          for (const { taskId, orderId } of contacts) {
            if (orderId !== null && orderIds.includes(orderId)) removeReceiptContact(tx, taskId);
          }
          forgetVisitDetails(tx, visitId);
          if (isErased) recordStep(tx, { kind: 'visit', subject: visitId, step: 'FORGOTTEN', details: {}, at: now() });
          else recordAudit(tx, { at: now(), event: 'SESSION_ERASED', entity: 'visit', entityId: visitId });
        },
        { behavior: 'immediate' },
      );
    }
    const keys = new Set(guests.flatMap(keysOf));
    db.transaction(() => forgetting.anonymise(keys), { behavior: 'immediate' });
    sync.wake();
    core.changes.emit({ collection: 'visits', ids: guests.map(({ visitId }) => visitId) });
    tracesOf = new Set([...(tracesOf ?? []), ...keys]);
  };

  /** Who ordered a photo a month ago. */
  const forgetPhotoCustomers = (): void => {
    const own = deviceId();
    if (own === undefined) return;
    const unsettled = forgetting.unsettled();
    const ids = listOldPhotoOrders(db, own, now() - PHOTO_ORDER_MS, GUESTS_AT_ONCE).filter(
      (id) => !unsettled.has(refKey({ type: 'order', id })),
    );
    if (ids.length === 0) return;
    const keys = new Set(ids.map((id) => refKey({ type: 'order', id })));
    db.transaction(
      (tx) => {
        for (const id of ids) sync.mutate(tx, 'order.forget_customer', { id });
        forgetting.anonymise(keys);
      },
      { behavior: 'immediate' },
    );
    sync.wake();
    core.changes.emit({ collection: 'orders', ids });
    tracesOf = new Set([...(tracesOf ?? []), ...keys]);
  };

  const forgetLetters = (): void => {
    const { free } = sortLetters();
    if (free.length === 0) return;
    const keys = new Set(free.flatMap((letter) => letter.keys));
    db.transaction(() => forgetting.anonymise(keys), { behavior: 'immediate' });
    core.changes.emit({ collection: 'sync', ids: [] });
    tracesOf = new Set([...(tracesOf ?? []), ...keys]);
  };

  /** SQLite leaves what it deleted in the file until the room is used again; here it is rewritten instead. */
  const removeTraces = (): void => {
    if (tracesOf === undefined || !isIdle()) return;
    const unsettled = forgetting.unsettled();
    // Until the server has heard of it, its own state of the row is kept beside ours.
    if ([...tracesOf].some((key) => unsettled.has(key))) return;
    leaveNoTrace(db);
    tracesOf = undefined;
  };

  const run = (): RetentionReport => {
    const report = plan();
    const until = limitsAt();
    const { free } = sortGuests();
    if (free.length > 0) forget(free);
    forgetPhotoCustomers();
    forgetLetters();
    db.transaction(
      (tx) => {
        purgeEndedIntents(tx, until.payments);
        purgeAudit(tx, until.audit);
      },
      { behavior: 'immediate' },
    );
    reports?.purge(until.reports);
    removeTraces();
    const gone = Object.entries(report).flatMap(([kind, { due }]) => (due > 0 ? [[kind, due] as const] : []));
    if (gone.length > 0) log.info('what was kept long enough is gone', Object.fromEntries(gone));
    return report;
  };

  const loop = createLoop({ name: 'retention', intervalMs: PERIOD_MS, log, run: () => void run() });
  return { plan, run, loop };
}

const keysOf = ({ visitId, orderIds }: Guest): RefKey[] => [
  refKey({ type: 'visit', id: visitId }),
  ...orderIds.map((id) => refKey({ type: 'order', id })),
];
