/** A device's life: waiting, enrolled by a code, holding a token, revoked. */
import type { z } from 'zod';
import type { EnrolReply, EnrolRequest } from '#shared/devices/devices.schema.ts';
import type { DeviceGrants, SetGrantsRequest } from '#shared/hq/hq.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type BearerPrincipal, type Tenant, type UserPrincipal } from '../../auth/principals.ts';
import { formatEnrolmentCode, newEnrolmentCode, newSecret, sha256 } from '../../auth/secrets.ts';
import { assertNotLocked, countFailure, ENROL_RULE, throttleKey } from '../../auth/throttle.repo.ts';
import { insertToken, revokeDeviceTokens, setGrace } from '../../auth/tokens.repo.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { listGrants } from '../../sync/grants.repo.ts';
import { currentScopes, type Grant, grantsVerOf } from '../../sync/grants.rules.ts';
import { setShops } from '../../sync/grants.service.ts';
import {
  countShops,
  findShop,
  insertDevice,
  lockCode,
  lockDevice,
  markCodeUsed,
  markEnrolled,
  markRevoked,
  moveToShop,
  replaceCode,
} from './devices.repo.ts';

export interface DevicesPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  readonly live: Live;
  /** Puts what is committed on the disk: a server that forgot a token at a power cut would turn its own device away. */
  readonly checkpoint: () => Promise<void>;
  /** What commands are signed with, for a device to know them by: SPKI in base64. */
  readonly commandKey: string;
  readonly codeLifeMs: number;
  readonly tokenGraceMs: number;
}

/** How long work that was done in a shop is taken after the shop was taken away. */
const LATE_WORK_MS = 30 * 24 * 3_600_000;

export type DevicesService = ReturnType<typeof createDevicesService>;

export function createDevicesService(ports: DevicesPorts) {
  const { db, now, newId, random, live } = ports;

  /** @throws AppError `app.bad_input` when the shop is not the organisation's. */
  async function create(
    by: UserPrincipal,
    wanted: { readonly name: string; readonly mode: Mode; readonly shopId: string },
  ): Promise<{ readonly deviceId: string; readonly code: string; readonly expiresAt: number }> {
    const reply = await db.transaction(async (tx) => {
      if ((await findShop(tx, by, wanted.shopId)) === undefined) {
        throw new AppError('app.bad_input', 'there is no such shop', {
          details: { issues: [{ path: 'shopId', message: 'must be a shop of the organisation' }] },
        });
      }
      const id = newId();
      await insertDevice(tx, { ...wanted, id, organizationId: by.organizationId, createdAt: now() });
      await audit(tx, by, 'DEVICE_CREATED', id, { name: wanted.name, mode: wanted.mode });
      return issue(tx, by, id);
    });
    live.hqChanged(by.organizationId, ['devices']);
    return reply;
  }

  /**
   * A code for a device in waiting, or for one that lost its data and enrols again.
   *
   * @throws AppError `app.not_found`, `device.revoked`.
   */
  const issueCode = (
    by: UserPrincipal,
    deviceId: string,
  ): Promise<{ readonly deviceId: string; readonly code: string; readonly expiresAt: number }> =>
    db.transaction((tx) => issue(tx, by, deviceId));

  async function issue(tx: Tx, by: UserPrincipal, deviceId: string) {
    const device = await lockDevice(tx, by, deviceId);
    if (device === undefined) throw new AppError('app.not_found', 'there is no such device');
    if (device.status === 'revoked') throw new AppError('device.revoked', 'a revoked device does not come back');
    await audit(tx, by, 'ENROLMENT_CODE_ISSUED', deviceId, {});
    return putCode(tx, by, deviceId);
  }

  async function putCode(tx: Tx, tenant: Tenant, deviceId: string) {
    const code = newEnrolmentCode(random);
    const expiresAt = now() + ports.codeLifeMs;
    await replaceCode(tx, tenant, { codeHash: sha256(code), deviceId, createdAt: now(), expiresAt });
    return { deviceId, code: formatEnrolmentCode(code), expiresAt };
  }

  const audit = (tx: Tx, by: UserPrincipal, event: string, id: string, details: Readonly<Record<string, unknown>>) =>
    appendAudit(tx, by, { at: now(), event, actor: actorOf(by), entity: { type: 'device', id }, details });

  /**
   * Trades a code for the device's identity. Tokens it had before end at once: whoever holds them is a copy.
   *
   * @throws AppError `device.enrolment_code_invalid` unknown, used, or for another mode; `device.enrolment_code_expired`;
   * `device.revoked`; `auth.locked` after ten wrong codes from one address.
   */
  async function enrol(request: EnrolRequest, ip: string): Promise<EnrolReply> {
    const at = now();
    const key = throttleKey('enrol', ip);
    await assertNotLocked(db, key, at);
    try {
      const reply = await db.transaction((tx) => enrolIn(tx, request, at, ip));
      await ports.checkpoint();
      live.dropDevice(reply.deviceId);
      live.hqChanged(reply.organizationId, ['devices']);
      return reply;
    } catch (error) {
      if (error instanceof AppError) await countFailure(db, key, ENROL_RULE, at);
      throw error;
    }
  }

  async function enrolIn(tx: Tx, request: EnrolRequest, at: number, ip: string): Promise<EnrolReply> {
    const codeHash = sha256(request.code);
    const code = await lockCode(tx, codeHash);
    if (code === undefined || code.usedAt !== null) {
      throw new AppError('device.enrolment_code_invalid', 'this code is unknown, or was used already');
    }
    if (at >= code.expiresAt) throw new AppError('device.enrolment_code_expired', 'this code is over; ask for another');
    const device = await lockDevice(tx, code, code.deviceId);
    if (device === undefined) throw new Error('a code without its device');
    if (device.status === 'revoked') throw new AppError('device.revoked', 'headquarters has revoked this device');
    if (device.mode !== request.mode) {
      throw new AppError('device.enrolment_code_invalid', `this code is for a ${device.mode}, not a ${request.mode}`, {
        details: { mode: device.mode },
      });
    }
    const { id: deviceId, organizationId, shopId, name, fiscalDeviceId } = device;
    const { appVersion, platform } = request;
    const incarnation = await markEnrolled(tx, code, deviceId, { appVersion, platform, at });
    await markCodeUsed(tx, code, codeHash, at);
    await revokeDeviceTokens(tx, code, deviceId, at);
    const token = await issueToken(tx, code, deviceId, at);
    await appendAudit(tx, code, {
      at,
      event: 'DEVICE_PAIRED',
      actor: { kind: 'device', id: deviceId },
      entity: { type: 'device', id: deviceId },
      details: { incarnation, appVersion, platform },
      ip,
    });
    return {
      deviceId,
      organizationId,
      shopId,
      name,
      token,
      incarnation,
      commandKey: ports.commandKey,
      ...(fiscalDeviceId === null ? {} : { fiscalDeviceId }),
    };
  }

  async function issueToken(tx: Tx, tenant: Tenant, deviceId: string, at: number): Promise<string> {
    const token = newSecret(random);
    await insertToken(tx, {
      id: newId(),
      tokenHash: sha256(token),
      kind: 'device',
      organizationId: tenant.organizationId,
      deviceId,
      issuedAt: at,
    });
    return token;
  }

  /**
   * A new token for the one in hand, which still opens for the grace period: its answer may be lost on the way.
   *
   * @throws AppError `app.conflict` when this token was exchanged already.
   */
  async function rotate(by: BearerPrincipal): Promise<{ readonly token: string; readonly graceUntil: number }> {
    const at = now();
    const graceUntil = at + ports.tokenGraceMs;
    const rotated = await db.transaction(async (tx) => {
      if (!(await setGrace(tx, by, by.tokenId, graceUntil))) {
        throw new AppError('app.conflict', 'this token has been exchanged already');
      }
      const token = newSecret(random);
      await insertToken(tx, {
        id: newId(),
        tokenHash: sha256(token),
        kind: by.kind,
        organizationId: by.organizationId,
        deviceId: by.kind === 'device' ? by.deviceId : null,
        fiscalDeviceId: by.kind === 'agent' ? by.fiscalDeviceId : null,
        rootId: by.kind === 'agent' ? by.agentId : null,
        issuedAt: at,
      });
      await appendAudit(tx, by, {
        at,
        event: 'TOKEN_ROTATED',
        actor: actorOf(by),
        entity: { type: 'token', id: by.tokenId },
      });
      return { token, graceUntil };
    });
    await ports.checkpoint();
    return rotated;
  }

  /**
   * Gives the device exactly these shops. It hears of it at once when it is connected, and lives by it when what it did
   * before has been answered.
   *
   * @throws AppError `app.not_found`; `device.revoked`; `app.bad_input` a shop that is not the organisation's.
   */
  async function setGrants(
    by: UserPrincipal,
    deviceId: string,
    { shopIds, lateWork }: z.infer<typeof SetGrantsRequest>,
  ): Promise<DeviceGrants> {
    const wanted = [...new Set(shopIds)];
    const [home] = wanted;
    const grants = await db.transaction(async (tx) => {
      const device = await lockDevice(tx, by, deviceId);
      if (device === undefined) throw new AppError('app.not_found', 'there is no such device');
      if (device.status === 'revoked') throw new AppError('device.revoked', 'a revoked device has no shop');
      if (home === undefined || (await countShops(tx, by, wanted)) !== wanted.length) {
        throw new AppError('app.bad_input', 'there is no such shop', {
          details: { issues: [{ path: 'shopIds', message: 'must be shops of the organisation' }] },
        });
      }
      const before = grantsVerOf(await listGrants(tx, deviceId));
      const lateUntil = lateWork === 'accept' ? now() + LATE_WORK_MS : null;
      const ver = await setShops(tx, { ...by, deviceId }, wanted, { lateUntil, now: now() });
      if (ver !== before) {
        await moveToShop(tx, by, deviceId, home);
        await audit(tx, by, 'DEVICE_GRANTS_CHANGED', deviceId, { shopIds: wanted, lateWork, grantsVer: ver });
      }
      return listGrants(tx, deviceId);
    });
    live.regrant(deviceId, currentScopes(grants));
    live.hqChanged(by.organizationId, ['devices']);
    return describeGrants(grants);
  }

  /** @throws AppError `app.not_found`. */
  const grants = (by: UserPrincipal, deviceId: string): Promise<DeviceGrants> =>
    db.transaction(async (tx) => {
      if ((await lockDevice(tx, by, deviceId)) === undefined)
        throw new AppError('app.not_found', 'there is no such device');
      return describeGrants(await listGrants(tx, deviceId));
    });

  /** @throws AppError `app.not_found`. Revoking twice is the same as once. */
  async function revoke(by: UserPrincipal, deviceId: string): Promise<void> {
    await db.transaction(async (tx) => {
      const device = await lockDevice(tx, by, deviceId);
      if (device === undefined) throw new AppError('app.not_found', 'there is no such device');
      if (device.status === 'revoked') return;
      await markRevoked(tx, by, deviceId, now());
      await revokeDeviceTokens(tx, by, deviceId, now());
      await audit(tx, by, 'DEVICE_REVOKED', deviceId, {});
    });
    live.dropDevice(deviceId);
    live.hqChanged(by.organizationId, ['devices']);
  }

  return { create, issueCode, putCode, enrol, rotate, setGrants, grants, revoke };
}

/** Of the shops alone: the organisation's scope and the device's own are every device's. */
const describeGrants = (grants: readonly Grant[]): DeviceGrants => ({
  grantsVer: grantsVerOf(grants),
  grants: grants
    .filter(({ scope }) => scope.startsWith('shop:'))
    .toSorted((a, b) => a.grantedVer - b.grantedVer)
    .map(({ scope, home, grantedVer, revokedVer, lateUntil, releasedAt }) => ({
      shopId: scope.slice('shop:'.length),
      home,
      grantedVer,
      ...(revokedVer === null ? {} : { revokedVer }),
      ...(lateUntil === null ? {} : { lateUntil }),
      ...(releasedAt === null ? {} : { releasedAt }),
    })),
});
