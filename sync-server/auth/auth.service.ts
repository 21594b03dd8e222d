/** Sign-in of people, and what a cookie or a token is worth at this moment. */
import type { Me, UserRole } from '#shared/hq/hq.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { RandomBytes } from '#shared/kernel/ids.ts';
import type { Db } from '../db/db.ts';
import { markSeen } from '../features/devices/devices.repo.ts';
import { appendAudit } from './audit.repo.ts';
import type { Believed } from './believed.ts';
import { createCredentials } from './credentials.ts';
import { createGathered } from './gathered.ts';
import type { BearerPrincipal, UserPrincipal } from './principals.ts';
import { newSecret, sha256 } from './secrets.ts';
import type { SessionStore } from './session-store.port.ts';
import { SIGN_IN_RULE } from './throttle.repo.ts';
import { type BearerRow, createBearerLookup, markRefused, markUsed } from './tokens.repo.ts';
import { createAccessLookup, findPerson, markSignedIn } from './users.repo.ts';

export interface AuthPorts {
  readonly db: Db;
  readonly sessions: SessionStore;
  readonly now: () => number;
  readonly random: RandomBytes;
  readonly sessionIdleMs: number;
  readonly sessionMaxMs: number;
  /** Absent: every token is looked up for every request. */
  readonly believed?: Believed;
}

/** Where a request came from, for the record. */
export interface Origin {
  readonly ip: string;
  readonly userAgent: string;
}

/** How stale `last seen` may be: a write for each request would cost more than the request. */
const SESSION_TOUCH_MS = 60_000;
const DEVICE_TOUCH_MS = 20_000;
const REFUSAL_EVERY_MS = 3_600_000;
/** How long a device that only says that it is there waits for others who do. */
const GATHER_MS = 50;

export type AuthService = ReturnType<typeof createAuthService>;

export function createAuthService(ports: AuthPorts) {
  const { db, sessions, now, random, sessionIdleMs, sessionMaxMs, believed } = ports;
  const bearers = createBearerLookup(db);
  const findGathered = createGathered(bearers.findAll, GATHER_MS);
  const findAccess = createAccessLookup(db);
  const checked = createCredentials(
    { db, now, unguessable: () => newSecret(random) },
    { rule: SIGN_IN_RULE, entityType: 'user', mayEnter: ({ active }) => active },
  );

  /**
   * @returns the cookie's secret and whose it is.
   * @throws AppError `auth.bad_credentials`, or `auth.locked` after five failures for this account and address.
   */
  async function signIn(email: string, password: string, from: Origin): Promise<{ secret: string; me: Me }> {
    const at = now();
    const user = await checked({ email, password, ip: from.ip });
    const secret = newSecret(random);
    await db.transaction(async (tx) => {
      await sessions.open(tx, {
        id: sha256(secret),
        organizationId: user.organizationId,
        userId: user.id,
        createdAt: at,
        lastSeenAt: at,
        expiresAt: at + sessionMaxMs,
        ip: from.ip,
        userAgent: from.userAgent.slice(0, 256),
      });
      await markSignedIn(tx, user, user.id, at);
      await appendAudit(tx, user, {
        at,
        event: 'LOGIN_OK',
        actor: { kind: 'user', id: user.id },
        entity: { type: 'user', id: user.id },
        ip: from.ip,
      });
    });
    return { secret, me: await describe({ organizationId: user.organizationId, userId: user.id }) };
  }

  async function describe(who: { readonly organizationId: string; readonly userId: string }): Promise<Me> {
    const person = await findPerson(db, who, who.userId);
    if (person === undefined) throw new AppError('auth.unauthorized', 'this account is no more');
    return { ...person, roles: [...person.roles] };
  }

  async function signOut(principal: UserPrincipal): Promise<void> {
    await db.transaction(async (tx) => {
      if (!(await sessions.end(tx, { ...principal, id: principal.sessionId }, now()))) return;
      await appendAudit(tx, principal, {
        at: now(),
        event: 'SESSION_REVOKED',
        actor: { kind: 'user', id: principal.userId },
        entity: { type: 'user', id: principal.userId },
      });
    });
  }

  /** @throws AppError `auth.unauthorized`, `auth.session_expired`; `auth.forbidden` when he has none of the roles. */
  async function authenticateSession(secret: string | undefined, roles: readonly UserRole[]): Promise<UserPrincipal> {
    const session = secret === undefined ? undefined : await sessions.find(sha256(secret));
    // What a person may do is asked of the database each time: a session remembers who, and never what.
    const access = session === undefined ? undefined : await findAccess(session, session.userId);
    if (session === undefined || access?.active !== true) throw new AppError('auth.unauthorized', 'sign in first');
    const at = now();
    if (at >= session.expiresAt || at - session.lastSeenAt >= sessionIdleMs) {
      throw new AppError('auth.session_expired', 'the session is over; sign in again');
    }
    if (at - session.lastSeenAt >= Math.min(SESSION_TOUCH_MS, sessionIdleMs / 2)) {
      await sessions.touch(session, at);
    }
    if (roles.length > 0 && !roles.some((role) => access.roles.includes(role))) {
      throw new AppError('auth.forbidden', `this needs one of the roles: ${roles.join(', ')}`);
    }
    const { organizationId, userId, id: sessionId } = session;
    return { kind: 'user', organizationId, userId, sessionId, roles: access.roles };
  }

  /**
   * @param urgency `gathered`: of a device that only says that it is there, looked up together with others after a moment, and
   * its use is not written down, since whoever hears them does that for many at once.
   * @throws AppError `auth.unauthorized`; `device.revoked` for a device that headquarters shut out.
   */
  async function authenticateBearer(
    token: string | undefined,
    ip: string,
    urgency: 'at once' | 'gathered' = 'at once',
  ): Promise<BearerPrincipal> {
    const at = now();
    const tokenHash = token === undefined ? undefined : sha256(token);
    const known = tokenHash === undefined ? undefined : believed?.find(tokenHash, at);
    if (known !== undefined) return known;
    const asOf = believed?.asOf() ?? 0;
    const find = urgency === 'gathered' ? findGathered : bearers.find;
    const bearer = tokenHash === undefined ? undefined : await find(tokenHash);
    if (tokenHash === undefined || bearer === undefined) {
      throw new AppError('auth.unauthorized', 'a known bearer token is required');
    }
    if (bearer.device?.status === 'revoked') {
      await auditRefusal(bearer, ip, at);
      throw new AppError('device.revoked', 'headquarters has revoked this device');
    }
    if (bearer.revokedAt !== null || (bearer.graceUntil !== null && at >= bearer.graceUntil)) {
      await auditRefusal(bearer, ip, at);
      throw new AppError('auth.unauthorized', 'this token is no longer valid');
    }
    const isNoted = urgency === 'at once';
    if (isNoted && bearer.device !== null && at - (bearer.device.lastSeenAt ?? 0) >= DEVICE_TOUCH_MS) {
      await markSeen(db, bearer, bearer.device.id, at);
    }
    if (isNoted && at - (bearer.lastUsedAt ?? 0) >= DEVICE_TOUCH_MS) await markUsed(db, bearer, bearer.id, at);
    const principal = toPrincipal(bearer);
    // One that ends by itself is asked for each time.
    if (bearer.graceUntil === null) believed?.keep(tokenHash, principal, at, asOf);
    return principal;
  }

  /** Once an hour, and only for a token that was ours: nobody's guesses or retries may fill the table. */
  const auditRefusal = (bearer: BearerRow, ip: string, at: number): Promise<void> =>
    db.transaction(async (tx) => {
      if (!(await markRefused(tx, bearer, bearer.id, at, at - REFUSAL_EVERY_MS))) return;
      await appendAudit(tx, bearer, {
        at,
        event: 'DEVICE_AUTH_FAILED',
        actor: { kind: bearer.kind, id: bearer.device?.id ?? bearer.id },
        entity: { type: 'token', id: bearer.id },
        ip,
      });
    });

  return { signIn, signOut, describe, authenticateSession, authenticateBearer };
}

function toPrincipal(bearer: BearerRow): BearerPrincipal {
  const { organizationId, id: tokenId, device } = bearer;
  if (bearer.kind === 'device') {
    if (device === null) throw new AppError('auth.unauthorized', 'the device of this token is no more');
    const { id: deviceId, shopId, mode, incarnation } = device;
    const fiscalDeviceId = device.fiscalDeviceId ?? undefined;
    return { kind: 'device', organizationId, tokenId, deviceId, shopId, mode, incarnation, fiscalDeviceId };
  }
  if (bearer.fiscalDeviceId === null) throw new Error(`agent token ${tokenId} is bound to no register`);
  return {
    kind: 'agent',
    organizationId,
    tokenId,
    agentId: bearer.rootId ?? tokenId,
    fiscalDeviceId: bearer.fiscalDeviceId,
  };
}
