/**
 * A damaged database was set aside and a fresh one begun: its changes are taken over, once: those that were never answered,
 * and those that a server which comes back from a backup may have to be told again.
 * They keep their numbers and their writer's name, so what the server has had all the same it knows by them.
 */
import { basename } from 'node:path';
import { z } from 'zod';
import type { Core } from '#main/core.ts';
import { listAside, markRead } from '#main/db/db-files.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import { encodeHlc, HLC_ZERO } from '#shared/kernel/clock.ts';
import { COUNTED_FROM } from './counted-time.ts';
import { createOutboxRepo } from './outbox.repo.ts';
import { type Salvaged, salvage } from './salvage.ts';
import { createStateRepo } from './state.repo.ts';
import { UNKNOWN_DEVICE } from './store.ts';
import type { KeepUnsent } from './unsent-file.ts';

export interface TakeOverOptions {
  /** The database that is in use. Those that were set aside stand beside it. */
  readonly file: string;
  /** Takes the identity of the damaged file, unless this device has one. In the transaction of the taking over. */
  readonly adoptIdentity: (identity: string) => void;
  /** For what cannot be taken over, because this database has a history of its own by now. */
  readonly keepUnsent: KeepUnsent;
}

/** At start, before anything is written. The newest is taken over, what older ones hold is put into files. */
export function takeOver(core: Pick<Core, 'db' | 'log' | 'now'>, options: TakeOverOptions): void {
  for (const file of listAside(options.file)) {
    takeOverOne(core, options, file);
    markRead(file);
  }
}

function takeOverOne(
  { db, log, now }: Pick<Core, 'db' | 'log' | 'now'>,
  { adoptIdentity, keepUnsent }: TakeOverOptions,
  file: string,
): void {
  const subject = basename(file);
  const saved = salvage(file);
  const said = { pending: saved?.pending.length ?? 0, lost: saved?.lost ?? 0, isReadable: saved !== undefined };
  const state = createStateRepo(db);
  db.transaction(
    (tx) => {
      const hasHistory = state.find() !== undefined;
      const unsentFile = hasHistory ? keepUnsent(describe(saved)) : undefined;
      if (saved !== undefined && !hasHistory) restore(db, saved, adoptIdentity);
      const details = { ...said, ...(unsentFile === undefined ? {} : { unsentFile }) };
      recordStep(tx, { kind: 'sync', subject, step: hasHistory ? 'exported' : 'taken_over', details, at: now() });
      log.warn('the outbox of a damaged database was read', { event: 'SYNC_OUTBOX_SAVED', file, ...details });
    },
    { behavior: 'immediate' },
  );
}

const Writer = z.object({ deviceId: z.string().min(1), incarnation: z.int().min(1) });

/** This device goes on as the writer it was. What it had from the server it reads anew. */
function restore(
  db: Core['db'],
  { pending, answered, standing, identity }: Salvaged,
  adoptIdentity: (text: string) => void,
): void {
  if (identity !== undefined) adoptIdentity(identity);
  const writer = standing ?? Writer.safeParse(identity === undefined ? undefined : JSON.parse(identity)).data;
  if (pending.length === 0 && answered.length === 0 && writer === undefined) return;
  const outbox = createOutboxRepo(db);
  for (const row of pending) outbox.insert(row);
  const made = [...answered, ...pending];
  const nextMid = Math.max(standing?.nextMid ?? 1, ...made.slice(-1).map(({ mid }) => mid + 1));
  createStateRepo(db).save({
    deviceId: writer?.deviceId ?? UNKNOWN_DEVICE,
    incarnation: writer?.incarnation ?? 1,
    nextMid,
    hlc: [standing?.hlc ?? encodeHlc(HLC_ZERO), made.at(-1)?.hlc ?? ''].toSorted().at(-1) ?? '',
    epoch: standing?.epoch ?? null,
    ticket: standing?.ticket ?? null,
    durableMid: 0,
    // The first pull finds that the server knows less, and shows what waits over what it sends.
    reflectedMid: nextMid - 1,
    staged: null,
    grantsVer: standing?.grantsVer ?? null,
    revokedAt: null,
    countedMs: COUNTED_FROM,
    heardAt: null,
  });
  for (const row of answered) outbox.insertAnswered(row);
}

const describe = (saved: Salvaged | undefined) =>
  (saved?.pending ?? []).map(({ mid, name, args, createdAt }) => ({
    deviceId: saved?.standing?.deviceId ?? UNKNOWN_DEVICE,
    incarnation: saved?.standing?.incarnation ?? 1,
    mid,
    name,
    args: JSON.parse(args) as unknown,
    madeAt: createdAt,
  }));
