/**
 * How this kiosk is told to behave, and how it tells of its own troubles. Both travel with sync, so both work with no
 * network: the last word that came counts, and what is told leaves when it can.
 *
 * Composition: `createKiosk(core, { sync })` before visits, which ask `isOpen`.
 */
import type { Core } from '#main/core.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import { kioskOf } from '#shared/kiosk/kiosk.rules.ts';
import type { Kiosk, OwnTrouble } from '#shared/kiosk/kiosk.schema.ts';
import { findKiosk, hasOpenError } from './kiosk.repo.ts';

export interface KioskService {
  /** As its partner wants it. Undefined until the device is enrolled. */
  standing(): Kiosk | undefined;
  /** May the next guest begin? Who has begun is served to the end. */
  isOpen(): boolean;
  /** Tells of a trouble, once until it is cleared: no new guest is taken meanwhile, unless it goes on. */
  report(trouble: OwnTrouble): void;
}

export interface KioskDeps {
  readonly sync: SyncPort;
  readonly deviceId: () => string | undefined;
}

export function createKiosk(core: Core, { sync, deviceId }: KioskDeps): KioskService {
  const { db, changes } = core;
  const log = core.log.child({ domain: 'kiosk' });

  const standing = (): Kiosk | undefined => {
    const id = deviceId();
    return id === undefined ? undefined : kioskOf(findKiosk(db, id), id);
  };

  return {
    standing,
    isOpen: () => (standing()?.status ?? 'active') === 'active',
    report: ({ code, message, goesOn }) => {
      const kioskId = deviceId();
      if (kioskId === undefined) return;
      const isNew = db.transaction(
        (tx) => {
          if (hasOpenError(tx, code)) return false;
          const told = { code, message: message.slice(0, 500), ...(goesOn === undefined ? {} : { goesOn }) };
          sync.mutate(tx, 'kiosk.report_error', { id: core.newId(), kioskId, ...told });
          return true;
        },
        { behavior: 'immediate' },
      );
      if (!isNew) return;
      log.warn('the kiosk tells of a trouble', { code, message });
      sync.wake();
      changes.emit({ collection: 'kiosk', ids: [kioskId] });
    },
  };
}
