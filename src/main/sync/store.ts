/** This device as a writer: its row in `sync_state`, and what happens when the server gives it another incarnation. */

import type { Db } from '#main/db/db.ts';
import { sha256 } from '#node/sha256.ts';
import { encodeHlc, HLC_ZERO } from '#shared/kernel/clock.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import type { Writer } from '#shared/sync/scopes.ts';
import { COUNTED_FROM } from './counted-time.ts';
import { createFormerRepo, type FormerRepo } from './former.repo.ts';
import { createLettersRepo, type LettersRepo } from './letters.repo.ts';
import { createLostEditsRepo, type LostEditsRepo } from './lost-edits.repo.ts';
import { createOutboxRepo, type OutboxRepo } from './outbox.repo.ts';
import { createRemnantsRepo, type RemnantsRepo } from './remnants.repo.ts';
import { createReplicaRepo, type ReplicaRepo } from './replica.repo.ts';
import { createStateRepo, type StateRepo, type SyncState } from './state.repo.ts';

/** Stands for the name of a device whose outbox was saved, but not its name. */
export const UNKNOWN_DEVICE = '';

/** Who this device is, as its enrolment says. */
export interface SyncIdentity extends Writer {
  readonly incarnation: number;
}

export interface SyncStore {
  readonly db: Db;
  readonly state: StateRepo;
  readonly outbox: OutboxRepo;
  readonly letters: LettersRepo;
  readonly replica: ReplicaRepo;
  readonly lost: LostEditsRepo;
  readonly remnants: RemnantsRepo;
  readonly former: FormerRepo;
  /** Everything or nothing; what runs inside may not await. */
  transaction<T>(run: () => T): T;
  /**
   * The same for what the server would tell again: it does not wait for the disk. A power cut may take it back, whole, as long
   * as nothing that did wait has come after it; a sale always waits.
   */
  transactionAtEase<T>(run: () => T): T;
  /**
   * The identity with its standing, which begins here if it has none. A device that enrols again over its own data goes
   * on as the writer it was: what it had sent without hearing the answer is known to the server under that name only.
   * Inside a transaction. Throws `device.not_enrolled`.
   */
  standing(): { readonly identity: SyncIdentity; readonly state: SyncState };
  /**
   * Takes a new incarnation: what was not answered is numbered anew from 1, what was is kept under the name that it was
   * answered to. Inside a transaction.
   */
  adopt(deviceId: string, incarnation: number): SyncState;
  /** The server knows less than it did: what it answered under earlier names is to be sent again. Inside a transaction. */
  reopenFormer(): void;
}

/**
 * @param onOther this data is of another device than the one that the person has enrolled: everything of it is to go. In
 * the transaction that begins anew.
 */
export function createSyncStore(
  db: Db,
  identity: () => SyncIdentity | undefined,
  onOther: (store: SyncStore, before: SyncState) => void,
): SyncStore {
  const state = createStateRepo(db);
  const outbox = createOutboxRepo(db);
  const letters = createLettersRepo(db);
  const replica = createReplicaRepo(db);
  const lost = createLostEditsRepo(db);
  const remnants = createRemnantsRepo(db);
  const former = createFormerRepo(db);

  const adopt = (deviceId: string, incarnation: number): SyncState => {
    const before = state.find();
    const kept = outbox.listAllPending();
    former.retire();
    outbox.removeAll();
    for (const [index, row] of kept.entries()) {
      const mid = index + 1;
      const { name, schema, hlc } = row;
      const grant = row.grant ?? undefined;
      const h = mutationHash(sha256, { mid, name, args: JSON.parse(row.args) as unknown, schema, hlc, grant });
      outbox.insert({ ...row, mid, h });
    }
    const next: SyncState = {
      deviceId,
      incarnation,
      nextMid: kept.length + 1,
      hlc: before?.hlc ?? encodeHlc(HLC_ZERO),
      epoch: before?.epoch ?? null,
      ticket: null,
      durableMid: 0,
      // What was answered under the old name may not have come back yet: the next pull lays every changed row bare.
      reflectedMid: before === undefined ? 0 : -1,
      staged: before?.staged ?? null,
      grantsVer: before?.grantsVer ?? null,
      revokedAt: null,
      countedMs: before?.countedMs ?? COUNTED_FROM,
      heardAt: before?.heardAt ?? null,
    };
    state.save(next);
    return next;
  };

  /** What was saved from a damaged file was most likely written under the name that came before this enrolment's. */
  const claim = ({ deviceId, incarnation }: SyncIdentity, saved: SyncState): SyncState => {
    const next = { ...saved, deviceId, incarnation: Math.max(1, incarnation - 1) };
    state.save(next);
    return next;
  };

  const store: SyncStore = {
    db,
    state,
    outbox,
    letters,
    replica,
    lost,
    remnants,
    former,
    transaction: (run) => db.$client.transaction(run).immediate(),
    transactionAtEase: (run) => {
      db.$client.pragma('synchronous = NORMAL');
      try {
        return db.$client.transaction(run).immediate();
      } finally {
        db.$client.pragma('synchronous = FULL');
      }
    },
    standing: () => {
      const known = identity();
      if (known === undefined) throw new AppError('device.not_enrolled', 'this device has not been enrolled');
      const found = state.find();
      if (found?.deviceId === known.deviceId) return { identity: known, state: found };
      if (found?.deviceId === UNKNOWN_DEVICE) return { identity: known, state: claim(known, found) };
      if (found !== undefined) onOther(store, found);
      return { identity: known, state: adopt(known.deviceId, known.incarnation) };
    },
    adopt,
    reopenFormer: () => {
      former.reopen();
      letters.withdrawFormer();
    },
  };
  return store;
}
