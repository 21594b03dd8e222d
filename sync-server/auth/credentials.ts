/**
 * Whether an address and a password belong together, asked alike at every door, so that none of them is easier to force. A
 * person's failures are counted together: whoever guesses at one door has guessed at all of them.
 */
import { AppError } from '#shared/kernel/errors.ts';
import type { Db } from '../db/db.ts';
import { appendAudit } from './audit.repo.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { assertNotLocked, countFailure, forgiveFailures, type ThrottleRule, throttleKey } from './throttle.repo.ts';
import { findUserByEmail, type UserRow } from './users.repo.ts';

export interface Door {
  /** After how many failures, made here or at another door, nobody is let in at any. */
  readonly rule: ThrottleRule;
  /** What the audit calls a person there. */
  readonly entityType: string;
  readonly mayEnter: (user: UserRow) => boolean;
}

/** What a person gives, and from where. */
export interface Given {
  readonly email: string;
  readonly password: string;
  readonly ip: string;
}

/** @param unguessable a text that nobody knows. */
export function createCredentials(
  { db, now, unguessable }: { readonly db: Db; readonly now: () => number; readonly unguessable: () => string },
  door: Door,
) {
  let decoy: Promise<string> | undefined;
  /** A hash of nothing anybody knows: an unknown account must cost as much time as a known one. */
  const decoyHash = (): Promise<string> => {
    decoy ??= hashPassword(unguessable());
    return decoy;
  };

  /** @throws AppError `auth.bad_credentials`, the same for every reason; `auth.locked` after as many failures as the door allows. */
  return async ({ email, password, ip }: Given): Promise<UserRow> => {
    const at = now();
    const user = await findUserByEmail(db, email);
    // A person by their id: another way to write their address is no other person. Nobody by what was written.
    const key = throttleKey('password', user?.id ?? email.toLowerCase(), ip);
    await assertNotLocked(db, key, at);
    const isRight = await verifyPassword(user?.passwordHash ?? (await decoyHash()), password);
    if (user === undefined || !isRight || !door.mayEnter(user)) {
      await countFailure(db, key, door.rule, at);
      if (user !== undefined) {
        await db.transaction((tx) =>
          appendAudit(tx, user, {
            at,
            event: 'LOGIN_FAILED',
            actor: { kind: 'user', id: user.id },
            entity: { type: door.entityType, id: user.id },
            ip,
          }),
        );
      }
      throw new AppError('auth.bad_credentials', 'the e-mail or the password is wrong');
    }
    await forgiveFailures(db, key);
    return user;
  };
}
