/** What has not reached the server, and what it did not take: read, tried again, put in a file, and seen to by a person. */
import type { Core } from '#main/core.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import type { BacklogFile, Letter, LetterKey, WaitingChange } from '#shared/rpc/sync.contract.ts';
import { Outcome } from '#shared/sync/protocol.ts';
import type { MutatorArgs, MutatorName } from '#shared/sync/registry.ts';
import { type ChangeSummary, summarise } from '#shared/sync/summary.rules.ts';
import { exportBacklog } from './backlog.export.ts';
import { createBacklogRepo } from './backlog.repo.ts';
import { createLettersRepo, type LetterRow } from './letters.repo.ts';
import type { Sync } from './sync.ts';

export interface BacklogPorts {
  readonly sync: Pick<Sync, 'status' | 'loops' | 'mutate' | 'wake'>;
  /** Who works at the device; throws `staff.not_signed_in`. */
  readonly operator: () => { readonly name: string };
  /** Where files are put. */
  readonly folder: string;
  /** What a file says of the device in its first line. */
  readonly about: () => Readonly<Record<string, unknown>>;
}

export type BacklogService = ReturnType<typeof createBacklog>;

export function createBacklog(core: Core, { sync, operator, folder, about }: BacklogPorts) {
  const { db, now } = core;
  const log = core.log.child({ domain: 'sync' });
  const backlog = createBacklogRepo(db);
  const letters = createLettersRepo(db);

  /** A page of `limit` from rows asked for with one more. */
  const paged = <Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => number) => {
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { page, ...(rows.length > limit && last !== undefined ? { next: cursorOf(last) } : {}) };
  };

  const summaryOf = (name: string, args: string): ChangeSummary => {
    const summary = summarise(name, JSON.parse(args));
    if (summary.subject !== undefined || summary.orderId === undefined) return summary;
    const subject = backlog.findOrderNumber(summary.orderId);
    return { ...summary, ...(subject === undefined ? {} : { subject }) };
  };

  const letterOf = (row: LetterRow): Letter => {
    const { code, message, anomalies = [] } = Outcome.parse(JSON.parse(row.outcome));
    const summary = summaryOf(row.name, row.args);
    return {
      ...summary,
      key: { deviceId: row.deviceId, incarnation: row.incarnation, mid: row.mid },
      kind: row.kind,
      madeAt: row.madeAt,
      toldAt: row.toldAt,
      ...(code === undefined ? {} : { code }),
      ...(message === undefined ? {} : { message }),
      anomalies,
      canRetry: row.kind !== 'contradicted' && !summary.fact && row.readAt === null,
      ...(row.readAt === null
        ? {}
        : { dismissed: { at: row.readAt, by: row.readBy ?? '', isRetried: row.isRetried === 1 } }),
    };
  };

  const findLetter = (key: LetterKey): LetterRow => {
    const row = letters.find(key);
    if (row === undefined) throw new AppError('app.not_found', 'there is no such answer');
    return row;
  };

  return {
    status: (): SyncStatus => sync.status(),

    waiting: ({ after, limit }: { readonly after: number; readonly limit: number }) => {
      const { page, ...next } = paged(backlog.listWaiting(after, limit + 1), limit, ({ mid }) => mid);
      const changes = page.map(
        ({ mid, name, args, madeAt }): WaitingChange => ({ ...summaryOf(name, args), mid, madeAt }),
      );
      return { changes, ...next };
    },

    letters: ({ isRead, cursor, limit }: { isRead: boolean; cursor?: number | undefined; limit: number }) => {
      const rows = letters.list(isRead, cursor ?? Number.MAX_SAFE_INTEGER, limit + 1);
      const { page, ...next } = paged(rows, limit, ({ id }) => id);
      return { letters: page.map(letterOf), ...next };
    },

    /** A failure is no fault of the call: the status says how it went. */
    tryNow: async (): Promise<SyncStatus> => {
      const { push, pull } = sync.loops;
      for (const loop of [push, pull]) {
        // The loop forgets its long wait; the tick is what we wait for, and the loop joins it.
        loop.wake();
        await loop.tick().catch((error: unknown) => log.info('asked to try now, in vain', { error }));
      }
      return sync.status();
    },

    retry: (key: LetterKey): void => {
      const { name: by } = operator();
      const row = findLetter(key);
      if (row.readAt !== null) throw new AppError('app.conflict', 'somebody has seen to this already');
      if (!letterOf(row).canRetry) throw new AppError('app.conflict', 'a fact is not told twice');
      db.transaction(
        (tx) => {
          // `mutate` looks the name up itself, and refuses one that this version no longer knows.
          sync.mutate(tx, row.name as MutatorName, JSON.parse(row.args) as MutatorArgs<MutatorName>);
          letters.markRead(key, { at: now(), name: by, isRetried: true });
        },
        { behavior: 'immediate' },
      );
      log.info('a refused change is asked for again', { event: 'SYNC_RETRIED', ...key, name: row.name, by });
      sync.wake();
      core.changes.emit({ collection: 'sync', ids: [] });
    },

    /** Twice is the same as once: the first who did stays named. */
    dismiss: (key: LetterKey): void => {
      const { name: by } = operator();
      const row = findLetter(key);
      if (!letters.markRead(key, { at: now(), name: by, isRetried: false })) return;
      log.info('an answer of the server was read', { event: 'SYNC_DISMISSED', ...key, name: row.name, by });
      core.changes.emit({ collection: 'sync', ids: [] });
    },

    export: async (): Promise<BacklogFile> => {
      const file = await exportBacklog(folder, { backlog, letters, about: about(), now: now() });
      log.info('the backlog was put in a file', { event: 'SYNC_EXPORTED', ...file });
      return file;
    },
  };
}
