/** Which person's phone a desktop listens to: the desktop shows a code, the phone's user types it. */
import type { Pairing, PairingReply } from '#shared/exchange/exchange.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { RandomBytes } from '#shared/kernel/ids.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import type { DevicePrincipal } from '../../auth/principals.ts';
import { assertNotLocked, countFailure, forgiveFailures, SIGN_IN_RULE, throttleKey } from '../../auth/throttle.repo.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { findActiveDevice } from '../devices/devices.repo.ts';
import type { PersonPrincipal } from './exchange.principal.ts';
import type { ExchangeAuth, LoginTicket } from './exchange-auth.service.ts';
import { endSessionsOf } from './exchange-sessions.repo.ts';
import {
  deletePairing,
  findPairedUser,
  findPairingCodeExpiry,
  listPairings,
  putPairing,
  putPairingCode,
  takePairingCode,
} from './pairings.repo.ts';

const CODE_LIFE_MS = 5 * 60_000;
const CODES = 1_000_000;
/** The largest multiple of a million that four bytes hold: beyond it some codes would be likelier than others. */
const FAIR = 2 ** 32 - (2 ** 32 % CODES);

export interface PairingCode {
  readonly code: string;
  readonly expiresAt: number;
}

export type PairingsService = ReturnType<typeof createPairings>;

export function createPairings(ports: {
  readonly db: Db;
  readonly now: () => number;
  readonly random: RandomBytes;
  readonly live: Pick<Live, 'exchangeWaits'>;
  readonly auth: Pick<ExchangeAuth, 'makeTicket'>;
}) {
  const { db, now, random, live, auth } = ports;

  function newCode(): string {
    const bytes = new Uint8Array(new ArrayBuffer(4));
    for (;;) {
      random(bytes);
      const value = new DataView(bytes.buffer).getUint32(0);
      if (value < FAIR) return String(value % CODES).padStart(6, '0');
    }
  }

  /** The one before it ends. */
  async function showCode(by: DevicePrincipal): Promise<PairingCode> {
    const expiresAt = now() + CODE_LIFE_MS;
    const { organizationId, deviceId } = by;
    return db.transaction(async (tx) => {
      let code = newCode();
      while (!(await putPairingCode(tx, { organizationId, deviceId, code, expiresAt }, now()))) code = newCode();
      return { code, expiresAt };
    });
  }

  /** @throws AppError `exchange.pairing_code_invalid`; `auth.locked` after five wrong ones */
  async function pair(by: PersonPrincipal, code: string, ip: string): Promise<Pairing> {
    const at = now();
    const key = throttleKey('pairing', by.userId, ip);
    await assertNotLocked(db, key, at);
    const { organizationId, userId } = by;
    const paired = await db.transaction(async (tx) => {
      const shown = await takePairingCode(tx, by, code);
      const device =
        shown === undefined || at >= shown.expiresAt ? undefined : await findActiveDevice(tx, by, shown.deviceId);
      if (device === undefined) return undefined;
      // Whoever was here before listens here no more.
      await endSessionsOf(tx, by, device.id, at);
      await putPairing(tx, { deviceId: device.id, organizationId, userId, pairedAt: at });
      await appendAudit(tx, by, {
        at,
        event: 'DESKTOP_PAIRED',
        actor: { kind: 'user', id: userId },
        entity: { type: 'device', id: device.id },
      });
      return { device_id: device.id, device_name: device.name, paired_at: iso(at) };
    });
    if (paired === undefined) {
      await countFailure(db, key, SIGN_IN_RULE, at);
      throw new AppError('exchange.pairing_code_invalid', 'no desktop shows this code');
    }
    await forgiveFailures(db, key);
    live.exchangeWaits(paired.device_id);
    return paired;
  }

  /** @throws AppError `exchange.not_paired` */
  async function unpair(by: PersonPrincipal, deviceId: string): Promise<void> {
    const at = now();
    await db.transaction(async (tx) => {
      if (!(await deletePairing(tx, { ...by, deviceId }))) throw notPaired();
      await endSessionsOf(tx, by, deviceId, at);
      await appendAudit(tx, by, {
        at,
        event: 'DESKTOP_UNPAIRED',
        actor: { kind: 'user', id: by.userId },
        entity: { type: 'device', id: deviceId },
      });
    });
    live.exchangeWaits(deviceId);
  }

  /** For one of one's own desktops. @throws AppError `exchange.not_paired` */
  async function ticketFor(by: PersonPrincipal, deviceId: string): Promise<LoginTicket> {
    return db.transaction(async (tx) => {
      const own = await listPairings(tx, by, by.userId);
      if (!own.some((one) => one.deviceId === deviceId)) throw notPaired();
      return auth.makeTicket(tx, by, deviceId);
    });
  }

  const list = async (by: PersonPrincipal): Promise<Pairing[]> =>
    (await listPairings(db, by, by.userId)).map(({ deviceId, deviceName, pairedAt }) => ({
      device_id: deviceId,
      device_name: deviceName,
      paired_at: iso(pairedAt),
    }));

  async function whose(by: DevicePrincipal): Promise<PairingReply> {
    // In this order: of a code that was typed meanwhile the person is told with it.
    const expiresAt = await findPairingCodeExpiry(db, by, by.deviceId, now());
    return {
      device_id: by.deviceId,
      user: (await findPairedUser(db, by, by.deviceId)) ?? null,
      code_expires_at: expiresAt === undefined ? null : iso(expiresAt),
    };
  }

  return { showCode, pair, unpair, ticketFor, list, whose };
}

const iso = (at: number): string => new Date(at).toISOString();
const notPaired = () => new AppError('exchange.not_paired', 'this desktop is not paired with you');
