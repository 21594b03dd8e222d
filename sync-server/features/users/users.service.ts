/** People of an organisation: invited, given roles and shops, blocked. Somebody who administers is always left. */

import type { z } from 'zod';
import type {
  ChoosePasswordRequest,
  EditUserRequest,
  HqUsers,
  InvitationReply,
  InviteUserRequest,
} from '#shared/hq/users.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { RandomBytes } from '#shared/kernel/ids.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { hashPassword } from '../../auth/passwords.ts';
import { actorOf, type Tenant, type UserPrincipal } from '../../auth/principals.ts';
import { newSecret, sha256 } from '../../auth/secrets.ts';
import type { SessionStore } from '../../auth/session-store.port.ts';
import { assertNotLocked, countFailure, ENROL_RULE, throttleKey } from '../../auth/throttle.repo.ts';
import { setPassword, type UserRow } from '../../auth/users.repo.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { countShops } from '../devices/devices.repo.ts';
import {
  countOtherAdmins,
  insertInvited,
  listPartnerShops,
  listUsers,
  lockInvitation,
  lockOrganization,
  lockUser,
  markInvitationUsed,
  patchUser,
  replaceInvitation,
  setPartnerShops,
} from './users.repo.ts';

export interface UsersPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly random: RandomBytes;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  readonly live: Pick<Live, 'hqChanged' | 'dropSession'>;
}

const INVITATION_MS = 3 * 24 * 3_600_000;

export type UsersService = ReturnType<typeof createUsersService>;

export function createUsersService({ db, now, random, sessions, live }: UsersPorts) {
  async function list(by: UserPrincipal): Promise<HqUsers> {
    const [rows, shops] = await Promise.all([listUsers(db, by), listPartnerShops(db, by)]);
    const shopsOf = Map.groupBy(shops, ({ userId }) => userId);
    return {
      users: rows.map((row) => ({
        id: row.id,
        name: row.name,
        email: row.email,
        roles: row.roles,
        state: stateOf(row),
        shopIds: (shopsOf.get(row.id) ?? []).map(({ id }) => id),
        createdAt: row.createdAt,
        ...(row.lastSignInAt === null ? {} : { lastSignInAt: row.lastSignInAt }),
        isMe: row.id === by.userId,
      })),
    };
  }

  /**
   * The same id again makes a new invitation for the same person, who has not come in yet.
   *
   * @throws AppError `users.email_taken`; `app.conflict` he has come in, or is blocked; `app.bad_input` a shop that is not the organisation's.
   */
  async function invite(
    by: UserPrincipal,
    { id, name, email, roles, shopIds }: z.output<typeof InviteUserRequest>,
  ): Promise<InvitationReply> {
    // Costs as much as a sign-in: before the transaction.
    const passwordHash = await hashPassword(newSecret(random));
    const reply = await db.transaction(async (tx) => {
      const row = { id, organizationId: by.organizationId, email: email.toLowerCase(), name, roles: unique(roles) };
      const isNew = await insertInvited(tx, { ...row, passwordHash, hasPassword: false, createdAt: now() });
      if (!isNew) {
        const known = await lockUser(tx, by, id);
        if (known?.email !== row.email) throw new AppError('users.email_taken', 'somebody has this address already');
        // Who has a password is let in anew by another call, which says so.
        if (known.hasPassword || !known.active)
          throw new AppError('app.conflict', 'this person has been invited before');
        await audit(tx, by, 'USER_INVITED', id, { again: true });
        return putInvitation(tx, by, id);
      }
      await giveShops(tx, by, id, shopIds);
      await audit(tx, by, 'USER_INVITED', id, { roles: row.roles, shopIds });
      return putInvitation(tx, by, id);
    });
    live.hqChanged(by.organizationId, ['users']);
    return reply;
  }

  /** Another way in for somebody who has lost his. @throws AppError `app.not_found`; `app.conflict` he is blocked. */
  async function inviteAgain(by: UserPrincipal, id: string): Promise<InvitationReply> {
    return db.transaction(async (tx) => {
      const user = await lockUser(tx, by, id);
      if (user === undefined) throw noUser();
      if (!user.active) throw new AppError('app.conflict', 'a blocked person is let in first');
      await audit(tx, by, 'USER_INVITED', id, { again: true });
      return putInvitation(tx, by, id);
    });
  }

  async function putInvitation(tx: Tx, tenant: Tenant, userId: string): Promise<InvitationReply> {
    const secret = newSecret(random);
    const expiresAt = now() + INVITATION_MS;
    const { organizationId } = tenant;
    await replaceInvitation(tx, { secretHash: sha256(secret), organizationId, userId, createdAt: now(), expiresAt });
    return { userId, secret, expiresAt };
  }

  async function giveShops(tx: Tx, tenant: Tenant, userId: string, shopIds: readonly string[]): Promise<void> {
    const wanted = unique(shopIds);
    if (wanted.length > 0 && (await countShops(tx, tenant, wanted)) !== wanted.length) {
      throw new AppError('app.bad_input', 'there is no such shop', {
        details: { issues: [{ path: 'shopIds', message: 'must be shops of the organisation' }] },
      });
    }
    await setPartnerShops(tx, tenant, userId, wanted);
  }

  /**
   * @throws AppError `app.not_found`; `users.last_admin` nobody would be left to administer; `app.bad_input` a shop that
   * is not the organisation's.
   */
  async function edit(by: UserPrincipal, id: string, { shopIds, ...stated }: EditUserRequest): Promise<void> {
    const ended = await db.transaction(async (tx) => {
      await lockOrganization(tx, by);
      const user = await lockUser(tx, by, id);
      if (user === undefined) throw noUser();
      const patch = definedOf({ ...stated, roles: stated.roles === undefined ? undefined : unique(stated.roles) });
      const after = { ...user, ...patch };
      if (isAdmin(user) && !isAdmin(after) && (await countOtherAdmins(tx, by, id)) === 0) {
        throw new AppError('users.last_admin', 'somebody must be left who administers');
      }
      await patchUser(tx, by, id, patch);
      if (shopIds !== undefined) await giveShops(tx, by, id, shopIds);
      await audit(tx, by, eventOf(user, after), id, {
        ...patch,
        ...(shopIds === undefined ? {} : { shopIds }),
        name: undefined,
      });
      return user.active && !after.active
        ? sessions.endAll(tx, { organizationId: by.organizationId, userId: id }, now())
        : [];
    });
    for (const session of ended) live.dropSession(session);
    live.hqChanged(by.organizationId, ['users']);
  }

  /**
   * @throws AppError `users.invitation_over` unknown, used, too old, or of somebody who is blocked; `auth.locked` after
   * ten wrong ones from one address.
   */
  async function choosePassword({ secret, password }: ChoosePasswordRequest, ip: string): Promise<void> {
    const at = now();
    const key = throttleKey('invitation', ip);
    await assertNotLocked(db, key, at);
    const passwordHash = await hashPassword(password);
    try {
      const { organizationId, ended } = await db.transaction(async (tx) => {
        const secretHash = sha256(secret);
        const invitation = await lockInvitation(tx, secretHash);
        const user = invitation && (await lockUser(tx, invitation, invitation.userId));
        const isGood = invitation !== undefined && invitation.usedAt === null && at < invitation.expiresAt;
        if (!isGood || user?.active !== true) {
          throw new AppError('users.invitation_over', 'this invitation is over; ask for another');
        }
        await setPassword(tx, invitation, user.id, passwordHash);
        await markInvitationUsed(tx, invitation, secretHash, at);
        const person = { organizationId: invitation.organizationId, userId: user.id };
        await appendAudit(tx, invitation, {
          at,
          event: 'PASSWORD_CHOSEN',
          actor: { kind: 'user', id: user.id },
          entity: { type: 'user', id: user.id },
          ip,
        });
        return { ...person, ended: await sessions.endAll(tx, person, at) };
      });
      for (const session of ended) live.dropSession(session);
      live.hqChanged(organizationId, ['users']);
    } catch (error) {
      if (error instanceof AppError) await countFailure(db, key, ENROL_RULE, at);
      throw error;
    }
  }

  const audit = (tx: Tx, by: UserPrincipal, event: string, id: string, details: Readonly<Record<string, unknown>>) =>
    appendAudit(tx, by, { at: now(), event, actor: actorOf(by), entity: { type: 'user', id }, details });

  return { list, invite, inviteAgain, edit, choosePassword };
}

const noUser = () => new AppError('app.not_found', 'there is no such person');
const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

type Standing = Pick<UserRow, 'active' | 'roles' | 'hasPassword'>;
const isAdmin = ({ active, roles, hasPassword }: Standing): boolean =>
  active && hasPassword && roles.includes('hq_admin');

const stateOf = ({ active, hasPassword }: Standing) => (active ? (hasPassword ? 'active' : 'invited') : 'blocked');

function eventOf(before: Standing, after: Standing): string {
  if (before.active !== after.active) return after.active ? 'USER_UNBLOCKED' : 'USER_BLOCKED';
  return 'USER_CHANGED';
}

/** A member that is undefined was not stated. */
const definedOf = <T extends object>(stated: T) =>
  Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
