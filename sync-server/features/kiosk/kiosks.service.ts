/** Kiosks as whoever answers for them steers them: a partner his shops' own, headquarters every one. */

import { codeHash } from '#node/code-hash.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import { CODE_LIFE_MS, codeTypeFor, decideStatus, KIOSK_SILENT_MS, kioskOf } from '#shared/kiosk/kiosk.rules.ts';
import type { FreeCodeType, Kiosk, KioskError } from '#shared/kiosk/kiosk.schema.ts';
import type { KioskStatus, PartnerKiosksQuery } from '#shared/partner/partner.api.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { deviceScope } from '#shared/sync/scopes.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type UserPrincipal } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { withRetry } from '../../sync/retry.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import { type CardSettings, findKiosk, readKioskCard } from './kiosk.card.ts';
import { countCodesSince, insertCode, type KioskKey, listErrors, lockKiosk, lockSecrets } from './kiosk.repo.ts';
import { type KioskRow, type KioskScope, kioskCursor, listKiosks } from './kiosks.repo.ts';
import { type KioskView, viewOf } from './kiosks.view.ts';
import { newCodeKey, newRoundCode } from './round-codes.ts';

export interface KioskPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  readonly live: Pick<Live, 'hqChanged' | 'partnerChanged'>;
  readonly sync: Pick<SyncService, 'announce'>;
  /** Heartbeats that this instance has taken and not yet written. */
  readonly settleHeartbeats: () => Promise<void>;
}

export interface KioskPage {
  readonly kiosks: readonly KioskView[];
  /** The cursor of the page after it. */
  readonly next: string | undefined;
}

export interface IssuedCode {
  /** Four digits, answered once and kept nowhere. */
  readonly code: string;
  readonly type: FreeCodeType;
  readonly issuedAt: number;
}

export type KiosksService = ReturnType<typeof createKiosks>;

const HOUR = 3_600_000;
const CODES_AN_HOUR = 30;
const CODE_DRAWS = 20;

export function createKiosks(ports: KioskPorts) {
  const { db, now, newId, live, sync } = ports;

  const view = (row: KioskRow): KioskView => viewOf(row, now());

  /** @throws AppError `kiosks.not_found`, also for a kiosk of somebody else. */
  const find = (reader: Db | Tx, scope: KioskScope, id: string): Promise<KioskRow> =>
    findKiosk(reader, scope, id, now());

  /**
   * By name; with `next` where there are more. `reader` may be a transaction with walls of its own: before it begins,
   * `settle`. @throws AppError `app.bad_input` for a cursor that is none of ours.
   */
  const list = async (
    scope: KioskScope,
    { cursor, limit, ...filter }: PartnerKiosksQuery,
    reader: Db | Tx = db,
  ): Promise<KioskPage> => {
    if (reader === db) await ports.settleHeartbeats();
    const rows = await listKiosks(reader, scope, {
      ...filter,
      cursor: cursor === undefined ? undefined : kioskCursor.read(cursor),
      limit: limit + 1,
      silentBefore: now() - KIOSK_SILENT_MS,
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next =
      rows.length > limit && last !== undefined ? kioskCursor.write({ name: last.name, id: last.id }) : undefined;
    return { kiosks: page.map(view), next };
  };

  /** @throws AppError `kiosks.not_found`. */
  const one = async (scope: KioskScope, id: string, reader: Db | Tx = db): Promise<KioskView> => {
    if (reader === db) await ports.settleHeartbeats();
    return view(await find(reader, scope, id));
  };

  /** Newest first. @throws AppError `kiosks.not_found`. */
  const errors = async (scope: KioskScope, id: string, limit: number, reader: Db | Tx = db): Promise<KioskError[]> => {
    await find(reader, scope, id);
    return listErrors(reader, { organizationId: scope.organizationId, deviceId: id }, { limit });
  };

  /** With its latest errors and what its codes come to. @throws AppError `kiosks.not_found`. */
  const card = (scope: KioskScope, id: string, about: CardSettings, reader: Db | Tx = db) =>
    readKioskCard(reader, scope, id, about, now());

  /** What a person does to a kiosk: locked, decided, written, put down in the audit, told. Nothing to write: nothing is. */
  const steer = async (
    by: UserPrincipal,
    scope: KioskScope,
    id: string,
    decide: (
      tx: Tx,
      kiosk: Kiosk,
      key: KioskKey,
    ) => Promise<{
      readonly puts: readonly RowPut[];
      readonly event: string;
      readonly details: Readonly<Record<string, unknown>>;
    } | null>,
  ): Promise<void> => {
    const key = { organizationId: scope.organizationId, deviceId: id };
    const work = async (tx: Tx) => {
      const row = await find(tx, scope, id);
      // Before the row itself, which may not be there to be locked.
      await lockSecrets(tx, key, () => newCodeKey(ports.random));
      const made = await decide(tx, kioskOf(await lockKiosk(tx, key), id), key);
      if (made === null) return undefined;
      const { heads } = await writeRows(tx, scope.organizationId, made.puts, now());
      await appendAudit(tx, scope, {
        at: now(),
        event: made.event,
        actor: actorOf(by),
        entity: { type: 'kiosk', id },
        details: made.details,
      });
      return { heads, shopId: row.shopId };
    };
    // A kiosk that nobody has steered has no row to lock, and may be telling of itself at this moment.
    const done = await withRetry(() => db.transaction(work));
    if (done === undefined) return;
    sync.announce(done.heads);
    live.hqChanged(scope.organizationId, ['devices']);
    live.partnerChanged(done.shopId, ['kiosks']);
  };

  const put = (kiosk: Kiosk): RowPut => ({ type: 'kiosk', id: kiosk.id, scope: deviceScope(kiosk.id), fields: kiosk });

  /** @throws AppError `kiosks.not_found`; `kiosks.use_errors_clear` an open error ends by being cleared. */
  const setStatus = async (
    by: UserPrincipal,
    scope: KioskScope,
    id: string,
    status: KioskStatus,
  ): Promise<KioskView> => {
    await steer(by, scope, id, async (_tx, kiosk) => {
      const verdict = decideStatus(kiosk, status);
      if (verdict === 'use_errors_clear') {
        throw new AppError('kiosks.use_errors_clear', `error ${kiosk.lastErrorCode} is open: clear it`);
      }
      return verdict === 'same'
        ? null
        : {
            puts: [put({ ...kiosk, status })],
            event: 'KIOSK_STATUS_CHANGED',
            details: { from: kiosk.status, to: status },
          };
    });
    return one(scope, id);
  };

  /** @throws AppError `kiosks.not_found`. */
  const setLanguage = async (
    by: UserPrincipal,
    scope: KioskScope,
    id: string,
    language: Language,
  ): Promise<KioskView> => {
    await steer(by, scope, id, async (_tx, kiosk) =>
      kiosk.defaultLanguage === language
        ? null
        : { puts: [put({ ...kiosk, defaultLanguage: language })], event: 'KIOSK_LANGUAGE_SET', details: { language } },
    );
    return one(scope, id);
  };

  /** The kiosk takes guests again, unless a person closed it; what was wrong stays in its history. @throws AppError `kiosks.not_found`. */
  const clearErrors = async (by: UserPrincipal, scope: KioskScope, id: string): Promise<KioskView> => {
    await steer(by, scope, id, async (tx, kiosk, key) => {
      if (kiosk.status !== 'error' && kiosk.lastErrorCode === undefined) return null;
      const { lastErrorCode, stoppedBy: _stoppedBy, ...rest } = kiosk;
      const open = await listErrors(tx, key, { limit: 500, isOpen: true });
      return {
        puts: [
          put({ ...rest, status: kiosk.status === 'inactive' ? 'inactive' : 'active' }),
          ...open.map(
            (error): RowPut => ({
              type: 'kiosk_error',
              id: error.id,
              scope: deviceScope(id),
              fields: { ...error, clearedAt: now() },
            }),
          ),
        ],
        event: 'KIOSK_ERROR_CLEARED',
        details: { code: lastErrorCode ?? null },
      };
    });
    return one(scope, id);
  };

  /**
   * A code for one round at this kiosk. @throws AppError `kiosks.not_found`; `app.rate_limited` thirty within the hour;
   * `codes.space_exhausted` twenty draws met codes that the kiosk still has.
   */
  const issueCode = async (by: UserPrincipal, scope: KioskScope, id: string): Promise<IssuedCode> => {
    let issued: IssuedCode | undefined;
    await steer(by, scope, id, async (tx, kiosk, key) => {
      const issuedAt = now();
      if ((await countCodesSince(tx, key, issuedAt - HOUR)) >= CODES_AN_HOUR) {
        throw new AppError('app.rate_limited', 'thirty codes an hour are enough for one kiosk', {
          details: { retryAfterSeconds: HOUR / 1000 },
        });
      }
      const { codeKey } = await lockSecrets(tx, key, () => newCodeKey(ports.random));
      for (let draw = 0; draw < CODE_DRAWS; draw += 1) {
        const code = newRoundCode(ports.random);
        const row = { id: newId(), hash: codeHash(codeKey, id, code), issuedAt };
        if (!(await insertCode(tx, key, row))) continue;
        const type = codeTypeFor(kiosk);
        issued = { code, type, issuedAt };
        const fields = { ...row, deviceId: id, type, expiresAt: issuedAt + CODE_LIFE_MS };
        return {
          puts: [{ type: 'free_code', id: row.id, scope: deviceScope(id), fields }],
          event: 'KIOSK_CODE_ISSUED',
          details: { type, codeId: row.id },
        };
      }
      throw new AppError('codes.space_exhausted', 'no code is free at this kiosk');
    });
    if (issued === undefined) throw new Error('a code was made and is not there');
    return issued;
  };

  return { settle: ports.settleHeartbeats, list, one, card, errors, setStatus, setLanguage, clearErrors, issueCode };
}
