/** Users of the client application, and the file that each of them has with the managers. */

import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { parsePhone } from '#shared/kernel/phone.ts';
import { Email } from '#shared/kernel/schemas.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { runOwnMutations } from '../../sync/own-mutations.ts';
import { withRetry } from '../../sync/retry.ts';
import type { SyncService } from '../../sync/sync.service.ts';
import { findShop, listShops } from '../devices/devices.repo.ts';
import { type ClientUserRow, countUsers, findUser, linkUser, lockUsersWithoutClient, putUser } from './support.repo.ts';

export interface ClientUsersPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly sync: Pick<SyncService, 'announce'>;
}

export interface ClientUserFacts {
  readonly name: string;
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
  readonly address?: string | undefined;
  readonly shopId?: string | undefined;
}

type Heads = Readonly<Record<Scope, number>>;
const AT_ONCE = 100;

export type ClientUsersService = ReturnType<typeof createClientUsers>;

export function createClientUsers({ db, now, newId, sync }: ClientUsersPorts) {
  async function shopFor(tx: Tx, tenant: Tenant, wanted: string | null): Promise<string> {
    const shop = wanted === null ? (await listShops(tx, tenant))[0] : await findShop(tx, tenant, wanted);
    if (shop === undefined) throw new AppError('app.conflict', 'the organisation has no shop that serves this user');
    return shop.id;
  }

  /** A new file of the user, as if a manager had made it. */
  async function openFile(tx: Tx, user: ClientUserRow): Promise<{ readonly clientId: string; readonly heads: Heads }> {
    const [shopId, clientId, at] = [await shopFor(tx, user, user.shopId), newId(), now()];
    // What was taken over from elsewhere may be no number at all: the file is made without it.
    const phone = parsePhone(user.phone ?? '');
    const email = Email.safeParse(user.email ?? '').data;
    const client = {
      id: clientId,
      shopId,
      name: user.name.trim().slice(0, 128) || 'Без имени',
      ...(phone === undefined ? {} : { phone }),
      ...(email === undefined ? {} : { email }),
      ...(user.address === null || user.address.trim() === ''
        ? {}
        : { registrationAddress: user.address.trim().slice(0, 256) }),
      phones: [],
      tags: [],
      status: 'new' as const,
      createdAt: at,
      updatedAt: at,
    };
    const { organizationId } = user;
    const { heads } = await runOwnMutations(tx, { organizationId, shopId, now: at }, [
      { name: 'client.create', args: { client } },
    ]);
    await linkUser(tx, user, user.id, clientId);
    return { clientId, heads };
  }

  return {
    /** A user as the application knows them; a new one gets a file. @throws AppError `app.conflict` the id is taken */
    put: async (tenant: Tenant, id: string, facts: ClientUserFacts): Promise<{ readonly clientId: string }> => {
      const made = await withRetry(() =>
        db.transaction(async (tx) => {
          const at = now();
          const isPut = await putUser(tx, {
            id,
            organizationId: tenant.organizationId,
            shopId: facts.shopId ?? null,
            clientId: null,
            name: facts.name,
            phone: facts.phone ?? null,
            email: facts.email ?? null,
            address: facts.address ?? null,
            createdAt: at,
            updatedAt: at,
          });
          const user = isPut ? await findUser(tx, tenant, id) : undefined;
          if (user === undefined) throw new AppError('app.conflict', 'this id is taken');
          return user.clientId === null ? await openFile(tx, user) : { clientId: user.clientId, heads: {} };
        }),
      );
      sync.announce(made.heads);
      return { clientId: made.clientId };
    },

    /** @throws AppError `app.not_found` no such user, or one without a file */
    clientOf: async (tenant: Tenant, id: string): Promise<string> => {
      const clientId = (await findUser(db, tenant, id))?.clientId ?? undefined;
      if (clientId === undefined) throw new AppError('app.not_found', 'there is no such user');
      return clientId;
    },

    /** Gives a file to each user who has none. Over again it finds nobody (M-73). */
    backfill: async (tenant: Tenant): Promise<{ readonly users: number; readonly created: number }> => {
      let created = 0;
      for (;;) {
        const heads = await withRetry(() =>
          db.transaction(async (tx) => {
            const made: Heads[] = [];
            for (const user of await lockUsersWithoutClient(tx, tenant, AT_ONCE)) {
              made.push((await openFile(tx, user)).heads);
            }
            return made;
          }),
        );
        for (const one of heads) sync.announce(one);
        created += heads.length;
        if (heads.length < AT_ONCE) return { users: await countUsers(db, tenant), created };
      }
    },
  };
}
