/** This device as a writer: its row in `sync_state`, and what happens when the server gives it another incarnation. */

import type { Db } from '#main/db/db.ts';
import { encodeHlc, HLC_ZERO } from '#shared/kernel/clock.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import type { Writer } from '#shared/sync/scopes.ts';
import { createLettersRepo, type LettersRepo } from './letters.repo.ts';
import { createLostEditsRepo, type LostEditsRepo } from './lost-edits.repo.ts';
import { createOutboxRepo, type OutboxRepo } from './outbox.repo.ts';
import { createRemnantsRepo, type RemnantsRepo } from './remnants.repo.ts';
import { createReplicaRepo, type ReplicaRepo } from './replica.repo.ts';
import { sha256 } from './sha256.ts';
import { createStateRepo, type StateRepo, type SyncState } from './state.repo.ts';

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
  /** Everything or nothing; what runs inside may not await. */
  transaction<T>(run: () => T): T;
  /** The identity with its standing, which begins here if it has none. Inside a transaction. Throws `device.not_enrolled`. */
  standing(): { readonly identity: SyncIdentity; readonly state: SyncState };
  /** Takes a new incarnation: what was not answered is numbered anew from 1. Inside a transaction. */
  adopt(deviceId: string, incarnation: number): SyncState;
}

export function createSyncStore(db: Db, identity: () => SyncIdentity | undefined): SyncStore {
  const state = createStateRepo(db);
  const outbox = createOutboxRepo(db);
  const letters = createLettersRepo(db);
  const replica = createReplicaRepo(db);
  const lost = createLostEditsRepo(db);
  const remnants = createRemnantsRepo(db);

  const adopt = (deviceId: string, incarnation: number): SyncState => {
    const before = state.find();
    const kept = outbox.listAllPending();
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
    };
    state.save(next);
    return next;
  };

  return {
    db,
    state,
    outbox,
    letters,
    replica,
    lost,
    remnants,
    transaction: (run) => db.$client.transaction(run).immediate(),
    standing: () => {
      const known = identity();
      if (known === undefined) throw new AppError('device.not_enrolled', 'this device has not been enrolled');
      const found = state.find();
      // A rekey raises the incarnation above the one of the enrolment; an enrolment raises it above all.
      const isCurrent = found?.deviceId === known.deviceId && found.incarnation >= known.incarnation;
      return { identity: known, state: isCurrent ? found : adopt(known.deviceId, known.incarnation) };
    },
    adopt,
  };
}
