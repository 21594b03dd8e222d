/** What a person took out of order, one capability at a time: a dead printer stops no diagnostics. */
import type { Core } from '#main/core.ts';
import type { Capability } from '#shared/rpc/attendant.contract.ts';
import { listOff, type OffRow, putOff, removeOff } from './attendant.repo.ts';

export interface Switches {
  isOff(capability: Capability): boolean;
  list(): OffRow[];
  /** A visit that goes on is not stopped by it: nobody begins another. */
  set(capability: Capability, isOff: boolean, memberId: string): void;
}

export function createSwitches({ db, now, log, changes }: Pick<Core, 'db' | 'now' | 'log' | 'changes'>): Switches {
  return {
    isOff: (capability) => listOff(db).some((row) => row.capability === capability),
    list: () => listOff(db),
    set: (capability, isOff, memberId) => {
      db.transaction((tx) => (isOff ? putOff(tx, { capability, since: now(), memberId }) : removeOff(tx, capability)), {
        behavior: 'immediate',
      });
      log.warn(isOff ? 'a capability is taken out of order' : 'a capability is back', { capability, memberId });
      changes.emit({ collection: 'device', ids: [capability] });
    },
  };
}
