/** The first manager of a server, made without its pages: a user who signs in, and, with a PIN, a member at devices. */

import { AppError } from '#shared/kernel/errors.ts';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import { Pin, type StaffMember } from '#shared/staff/staff.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { hashPassword } from '../../auth/passwords.ts';
import { createPinVerifier } from '../../auth/pin-verifier.ts';
import type { Tenant } from '../../auth/principals.ts';
import { newSecret, sha256 } from '../../auth/secrets.ts';
import { findUserByEmail, insertUser } from '../../auth/users.repo.ts';
import type { Db } from '../../db/db.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import { findShop, listShops } from '../devices/devices.repo.ts';
import { replaceSupportToken } from '../support/support.repo.ts';

export interface BootstrapPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
}

export interface NewManager {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly isSuperAdmin: boolean;
  /** Absent: he works over the network only. */
  readonly pin?: string | undefined;
  /** Where the PIN opens devices; the organisation's first shop when not said. */
  readonly shopId?: string | undefined;
}

const PASSWORD_AT_LEAST = 8;

/**
 * @returns his id, which is that of the user and of the member: a client that he took at a laptop is his in a browser too.
 * @throws AppError `users.email_taken`; `app.bad_input` a password or PIN that is too short; `app.not_found` no such shop
 */
export async function createManager(ports: BootstrapPorts, tenant: Tenant, wanted: NewManager): Promise<string> {
  const { db, now, newId, random } = ports;
  const { organizationId } = tenant;
  if (wanted.password.length < PASSWORD_AT_LEAST) {
    throw new AppError('app.bad_input', `a password has at least ${PASSWORD_AT_LEAST} characters`);
  }
  if (wanted.pin !== undefined && !Pin.safeParse(wanted.pin).success) {
    throw new AppError('app.bad_input', 'a PIN has four to eight digits');
  }
  const [passwordHash, pinVerifier] = await Promise.all([
    hashPassword(wanted.password),
    wanted.pin === undefined ? undefined : createPinVerifier(wanted.pin, random),
  ]);
  const [id, at] = [newId(), now()];
  await db.transaction(async (tx) => {
    if ((await findUserByEmail(tx, wanted.email)) !== undefined) {
      throw new AppError('users.email_taken', 'somebody has this address already');
    }
    const roles = wanted.isSuperAdmin ? (['manager', 'hq_admin'] as const) : (['manager'] as const);
    const { email, name } = wanted;
    await insertUser(tx, { id, organizationId, email, name, passwordHash, roles: [...roles], createdAt: at });
    if (pinVerifier !== undefined) {
      const shop =
        wanted.shopId === undefined ? (await listShops(tx, tenant))[0] : await findShop(tx, tenant, wanted.shopId);
      if (shop === undefined) throw new AppError('app.not_found', 'there is no such shop');
      const fields: StaffMember = { id, name, role: 'manager', pinVerifier, active: true };
      await writeRows(tx, organizationId, [{ type: 'staff', id, scope: shopScope(shop.id), fields }], at);
    }
    await appendAudit(tx, tenant, {
      at,
      event: 'MANAGER_CREATED',
      actor: { kind: 'system', id: 'prilavok' },
      entity: { type: 'user', id },
      details: { roles, hasPin: pinVerifier !== undefined },
    });
  });
  return id;
}

/** A new token for the backend of the client application; the one before it ends. Answered once. */
export async function issueSupportToken({ db, now, newId, random }: BootstrapPorts, tenant: Tenant): Promise<string> {
  const token = newSecret(random);
  const [id, at] = [newId(), now()];
  await db.transaction(async (tx) => {
    const { organizationId } = tenant;
    await replaceSupportToken(tx, { id, organizationId, tokenHash: sha256(token), createdAt: at });
    await appendAudit(tx, tenant, {
      at,
      event: 'SUPPORT_TOKEN_ISSUED',
      actor: { kind: 'system', id: 'prilavok' },
      entity: { type: 'support_token', id },
    });
  });
  return token;
}
