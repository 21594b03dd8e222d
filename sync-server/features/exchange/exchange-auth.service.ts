/** Who signs in to the currency desk: by e-mail and password, or a desktop by the ticket that its person's phone made. */
import type { UserRole } from '#shared/hq/hq.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import type { Origin } from '../../auth/auth.service.ts';
import { createCredentials } from '../../auth/credentials.ts';
import type { Jwt } from '../../auth/jwt.ts';
import type { DevicePrincipal, Tenant } from '../../auth/principals.ts';
import { newSecret, sha256 } from '../../auth/secrets.ts';
import type { ThrottleRule } from '../../auth/throttle.repo.ts';
import { createAccessLookup, findPerson, markSignedIn } from '../../auth/users.repo.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { PersonPrincipal } from './exchange.principal.ts';
import { endSession, findSession, insertTicket, openSession, takeTicket } from './exchange-sessions.repo.ts';

const MINUTE = 60_000;
const LOGIN_RULE: ThrottleRule = { failures: 10, windowMs: 15 * MINUTE, lockMs: 15 * MINUTE };
const TICKET_LIFE_MS = MINUTE;

export interface IssuedSession {
  readonly token: string;
  readonly expiresInSeconds: number;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
}

export interface LoginTicket {
  readonly ticket: string;
  readonly expiresAt: number;
}

export type ExchangeAuth = ReturnType<typeof createExchangeAuth>;

export function createExchangeAuth(ports: {
  readonly db: Db;
  readonly jwt: Jwt;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  readonly tokenLifeMs: number;
}) {
  const { db, jwt, now, newId, random, tokenLifeMs } = ports;
  const findAccess = createAccessLookup(db);
  const checked = createCredentials(
    { db, now, unguessable: () => newSecret(random) },
    { rule: LOGIN_RULE, entityType: 'user', mayEnter: maySell },
  );

  async function issue(
    tx: Tx,
    who: Tenant & { readonly userId: string },
    deviceId: string | null,
    from: Origin,
  ): Promise<IssuedSession> {
    const at = now();
    const id = newId();
    const expiresAt = at + tokenLifeMs;
    const { organizationId, userId } = who;
    await openSession(tx, {
      id,
      organizationId,
      userId,
      deviceId,
      createdAt: at,
      expiresAt,
      ip: from.ip,
      userAgent: from.userAgent.slice(0, 256),
    });
    await markSignedIn(tx, who, userId, at);
    await appendAudit(tx, who, {
      at,
      event: 'EXCHANGE_LOGIN_OK',
      actor: { kind: 'user', id: userId },
      entity: { type: 'user', id: userId },
      details: deviceId === null ? {} : { deviceId },
      ip: from.ip,
    });
    const person = await findPerson(tx, who, userId);
    if (person === undefined) throw ended();
    const seconds = (ms: number) => Math.floor(ms / 1000);
    return {
      token: jwt.make({ sub: userId, sid: id, iat: seconds(at), exp: seconds(expiresAt) }),
      expiresInSeconds: seconds(tokenLifeMs),
      user: { id: userId, name: person.name, email: person.email },
    };
  }

  /** @throws AppError `auth.bad_credentials`, the same for every reason; `auth.locked` after ten failures */
  async function login(email: string, password: string, from: Origin): Promise<IssuedSession> {
    const user = await checked({ email, password, ip: from.ip });
    return db.transaction((tx) => issue(tx, { organizationId: user.organizationId, userId: user.id }, null, from));
  }

  /** For a desktop of this person; whose it is, the caller has looked. */
  async function makeTicket(tx: Tx, by: PersonPrincipal, deviceId: string): Promise<LoginTicket> {
    const ticket = newSecret(random);
    const expiresAt = now() + TICKET_LIFE_MS;
    const { organizationId, userId } = by;
    await insertTicket(tx, { ticketHash: sha256(ticket), organizationId, userId, deviceId, expiresAt });
    return { ticket, expiresAt };
  }

  /** @throws AppError `exchange.ticket_invalid` used, over, or of another desktop: the same for each */
  async function redeem(by: PersonPrincipal | DevicePrincipal, ticket: string, from: Origin): Promise<IssuedSession> {
    const { deviceId } = by;
    return db.transaction(async (tx) => {
      const found =
        deviceId === undefined ? undefined : await takeTicket(tx, by, { ticketHash: sha256(ticket), deviceId }, now());
      const user = found === undefined ? undefined : await createAccessLookup(tx)(found, found.userId);
      if (found === undefined || deviceId === undefined || user === undefined || !maySell(user)) {
        throw new AppError('exchange.ticket_invalid', 'this ticket opens nothing here, or nothing any more');
      }
      return issue(tx, found, deviceId, from);
    });
  }

  /** What he may do is asked of the database each time: a token remembers who, and never what. */
  async function authenticate(token: string | undefined): Promise<PersonPrincipal> {
    const claims = token === undefined ? undefined : jwt.read(token);
    if (claims === undefined) throw new AppError('auth.unauthorized', 'a token of the currency desk is required');
    if (now() >= claims.exp * 1000) throw new AppError('auth.token_expired', 'the token is over; sign in again');
    const session = await findSession(db, claims.sid);
    if (session === undefined || session.userId !== claims.sub) throw ended();
    const { organizationId, userId, deviceId, id: sessionId } = session;
    const access = await findAccess(session, userId);
    if (access === undefined || !maySell(access)) throw ended();
    return { kind: 'person', organizationId, userId, sessionId, deviceId: deviceId ?? undefined };
  }

  async function logout(by: PersonPrincipal): Promise<void> {
    const at = now();
    await db.transaction(async (tx) => {
      if (!(await endSession(tx, by, by.sessionId, at))) return;
      await appendAudit(tx, by, {
        at,
        event: 'SESSION_REVOKED',
        actor: { kind: 'user', id: by.userId },
        entity: { type: 'user', id: by.userId },
      });
    });
  }

  return { login, makeTicket, redeem, authenticate, logout };
}

const ended = () => new AppError('auth.unauthorized', 'this session is over; sign in again');

/** Cashiers and managers have a wallet of their own. */
const maySell = ({ active, roles }: { readonly active: boolean; readonly roles: readonly UserRole[] }): boolean =>
  active && (roles.includes('cashier') || roles.includes('manager'));
