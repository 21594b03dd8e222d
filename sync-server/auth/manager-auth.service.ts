/** Who signs in to `/api/manager`: by e-mail and password, or a device for its member. Both get a token with a session. */
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { mayApprove } from '#shared/staff/staff.schema.ts';
import type { Db } from '../db/db.ts';
import { findActiveDevice } from '../features/devices/devices.repo.ts';
import { listGrants } from '../sync/grants.repo.ts';
import { currentScopes } from '../sync/grants.rules.ts';
import { appendAudit } from './audit.repo.ts';
import type { Origin } from './auth.service.ts';
import { createCredentials } from './credentials.ts';
import type { Jwt } from './jwt.ts';
import {
  endManagerSession,
  findManagerSession,
  findManagerUser,
  findMember,
  listShopIds,
  openManagerSession,
} from './manager-sessions.repo.ts';
import type { DevicePrincipal, ManagerPrincipal, Tenant } from './principals.ts';
import type { ThrottleRule } from './throttle.repo.ts';
import { getOrganization, markSignedIn, type UserRow } from './users.repo.ts';

export interface ManagerAuthPorts {
  readonly db: Db;
  readonly jwt: Jwt;
  readonly now: () => number;
  readonly newId: NewId;
  readonly tokenLifeMs: number;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

export interface ManagerProfile {
  readonly id: string;
  /** Null for a member who is no user of the server. */
  readonly email: string | null;
  readonly name: string;
  readonly isSuperAdmin: boolean;
  /** IANA name, of the organisation. */
  readonly timeZone: string;
  readonly createdAt: number | null;
}

const MINUTE = 60_000;
const LOGIN_RULE: ThrottleRule = { failures: 10, windowMs: 15 * MINUTE, lockMs: 15 * MINUTE };

export type ManagerAuth = ReturnType<typeof createManagerAuth>;

export function createManagerAuth({ db, jwt, now, newId, tokenLifeMs }: ManagerAuthPorts) {
  const checked = createCredentials(
    { db, now, unguessable: newId },
    { rule: LOGIN_RULE, entityType: 'manager', mayEnter: isManager },
  );

  async function issue(
    tenant: Tenant,
    managerId: string,
    deviceId: string | null,
    from: Origin,
    audit: Readonly<Record<string, unknown>>,
  ): Promise<IssuedToken> {
    const at = now();
    const id = newId();
    const expiresAt = at + tokenLifeMs;
    await db.transaction(async (tx) => {
      await openManagerSession(tx, {
        id,
        organizationId: tenant.organizationId,
        managerId,
        deviceId,
        createdAt: at,
        expiresAt,
        ip: from.ip,
        userAgent: from.userAgent.slice(0, 256),
      });
      if (deviceId === null) await markSignedIn(tx, tenant, managerId, at);
      await appendAudit(tx, tenant, {
        at,
        event: 'MANAGER_LOGIN_OK',
        actor: { kind: 'user', id: managerId },
        entity: { type: 'manager', id: managerId },
        details: audit,
        ip: from.ip,
      });
    });
    const seconds = (ms: number) => Math.floor(ms / 1000);
    return {
      token: jwt.make({ sub: managerId, sid: id, iat: seconds(at), exp: seconds(expiresAt) }),
      expiresInSeconds: seconds(tokenLifeMs),
    };
  }

  /** @throws AppError `auth.bad_credentials`, the same for every reason; `auth.locked` after ten failures */
  async function login(email: string, password: string, from: Origin): Promise<IssuedToken> {
    const user = await checked({ email, password, ip: from.ip });
    return issue(user, user.id, null, from, {});
  }

  /**
   * A device whose member has signed in by PIN there acts for him here.
   *
   * @throws AppError `auth.forbidden` no manager's device, or nobody who may work with clients
   */
  async function exchange(device: DevicePrincipal, memberId: string, from: Origin): Promise<IssuedToken> {
    const shopIds = device.mode === 'manager' ? await shopsOf(device.deviceId) : [];
    if ((await memberAt(device, shopIds, memberId)) === undefined) {
      throw new AppError('auth.forbidden', 'this device has no such manager');
    }
    return issue(device, memberId, device.deviceId, from, { deviceId: device.deviceId });
  }

  const shopsOf = async (deviceId: string): Promise<readonly string[]> =>
    currentScopes(await listGrants(db, deviceId)).flatMap((scope) => (scope.startsWith('shop:') ? scope.slice(5) : []));

  const memberAt = async (tenant: Tenant, shopIds: readonly string[], id: string) => {
    const member = await findMember(db, tenant, shopIds, id);
    return member?.active === true && mayApprove(member.role) ? member : undefined;
  };

  /** What he may do is asked of the database each time: a token remembers who, and never what. */
  async function authenticate(token: string | undefined): Promise<ManagerPrincipal> {
    const claims = token === undefined ? undefined : jwt.read(token);
    if (claims === undefined) throw new AppError('auth.unauthorized', 'a token of a manager is required');
    if (now() >= claims.exp * 1000) throw new AppError('auth.token_expired', 'the token is over; sign in again');
    const session = await findManagerSession(db, claims.sid);
    if (session === undefined || session.managerId !== claims.sub) throw ended();
    const { organizationId, managerId, deviceId, id: sessionId } = session;
    const user = await findManagerUser(db, session, managerId);
    const isUser = user !== undefined && isManager(user);
    const who = { kind: 'manager', organizationId, managerId, sessionId } as const;
    const isSuperAdmin = isUser && user.roles.includes('hq_admin');
    if (deviceId === null) {
      if (!isUser) throw ended();
      return { ...who, name: user.name, isSuperAdmin, deviceId: undefined, shopIds: await listShopIds(db, session) };
    }
    const shopIds = (await findActiveDevice(db, session, deviceId)) === undefined ? [] : await shopsOf(deviceId);
    const member = await memberAt(session, shopIds, managerId);
    if (member === undefined) throw ended();
    return { ...who, name: member.name, isSuperAdmin, deviceId, shopIds };
  }

  async function describe(by: ManagerPrincipal): Promise<ManagerProfile> {
    const [user, { timeZone }] = await Promise.all([findManagerUser(db, by, by.managerId), getOrganization(db, by)]);
    return {
      id: by.managerId,
      email: user?.email ?? null,
      name: by.name,
      isSuperAdmin: by.isSuperAdmin,
      timeZone,
      createdAt: user?.createdAt ?? null,
    };
  }

  async function logout(by: ManagerPrincipal): Promise<void> {
    const at = now();
    await db.transaction(async (tx) => {
      if (!(await endManagerSession(tx, by, by.sessionId, at))) return;
      await appendAudit(tx, by, {
        at,
        event: 'SESSION_REVOKED',
        actor: { kind: 'user', id: by.managerId },
        entity: { type: 'manager', id: by.managerId },
      });
    });
  }

  return { login, exchange, authenticate, describe, logout };
}

const ended = () => new AppError('auth.unauthorized', 'this session is over; sign in again');

const isManager = ({ active, roles }: Pick<UserRow, 'active' | 'roles'>): boolean =>
  active && (roles.includes('manager') || roles.includes('hq_admin'));
