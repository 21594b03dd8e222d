/**
 * Lets go what an organisation has kept long enough: the guests of orders, and of changes that were not taken, after 30 days,
 * codes and errors after 60; passports as `passports.service.ts` says. Orders
 * themselves, money and fiscal records stay for good. Nothing here is unsynced: what the server has came by sync, and
 * what a device still has to send is merged into what is left.
 */
import type { CleanupCounts } from '#shared/hq/jobs.api.ts';
import { NAMING_GUESTS } from '#shared/sync/anonymous.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import type { Tenant } from '../auth/principals.ts';
import { condemnBlobs } from '../blobs/blobs.repo.ts';
import type { Db, Tx } from '../db/db.ts';
import { writeRows } from '../sync/rows.writer.ts';
import type { SyncService } from '../sync/sync.service.ts';
import {
  countOldCodes,
  countOldErrors,
  countOldOrders,
  lockOldErrors,
  lockOldOrders,
  type OldRow,
  takeOldCodes,
} from './cleanup.repo.ts';
import { CODE_MS, DAY_MS, ERROR_MS, forgetGuest, forgetInBody, GUEST_MS } from './cleanup.rules.ts';
import { changeCase, listOldCases, type OldCase } from './cleanup-cases.repo.ts';
import { forgetPassport, NAMING_PASSPORTS } from './passports.rules.ts';
import { createPassportRetention } from './passports.service.ts';

/** Rows in one transaction: whoever writes beside it waits for no more than that. */
const AT_ONCE = 500;

interface Naming {
  /** The mutators. */
  readonly names: readonly string[];
  /** Unix ms. */
  readonly before: number;
  /** JSON of their arguments, without whom they name. */
  readonly forget: (name: string, args: string) => string;
}

interface Left {
  /** JSON without the guest. */
  readonly left: string;
}

export type Cleanup = ReturnType<typeof createCleanup>;

export function createCleanup({
  db,
  now,
  sync,
  passportDays,
}: {
  readonly db: Db;
  readonly now: () => number;
  readonly sync: Pick<SyncService, 'announce'>;
  /** Days that a passport is kept after the last change of a file that came to its end. */
  readonly passportDays: number;
}) {
  const passportMs = passportDays * DAY_MS;
  const passports = createPassportRetention({ db, now, sync, keptMs: passportMs });

  /** One transaction after the other until there are no more. `go` says before each whether to go on. */
  const drain = async (
    { organizationId }: Tenant,
    go: () => Promise<void>,
    some: (tx: Tx) => Promise<readonly RowPut[]>,
  ): Promise<number> => {
    let all = 0;
    for (;;) {
      await go();
      const { count, heads } = await db.transaction(async (tx) => {
        const puts = await some(tx);
        const written = puts.length === 0 ? { heads: {} } : await writeRows(tx, organizationId, puts, now());
        return { count: puts.length, heads: written.heads };
      });
      sync.announce(heads);
      all += count;
      if (count < AT_ONCE) return all;
    }
  };

  /** Cases of changes that name a guest or a passport for too long, each with what is left of it. */
  const oldCases = async function* (tenant: Tenant, at: number): AsyncGenerator<readonly (OldCase & Left)[]> {
    yield* casesOf(tenant, { names: NAMING_GUESTS, before: at - GUEST_MS, forget: forgetGuest });
    yield* casesOf(tenant, { names: NAMING_PASSPORTS, before: at - passportMs, forget: forgetPassport });
  };

  const casesOf = async function* (
    tenant: Tenant,
    { names, before, forget }: Naming,
  ): AsyncGenerator<readonly (OldCase & Left)[]> {
    for (let after = ''; ; ) {
      const page = await listOldCases(db, tenant, { names, before, after, limit: AT_ONCE });
      yield page.flatMap((one) => {
        const left = one.isAnomaly ? forgetInBody(forget, one.name, one.text) : forget(one.name, one.text);
        return left === one.text ? [] : [{ ...one, left }];
      });
      const last = page.at(-1);
      if (last === undefined || page.length < AT_ONCE) return;
      after = last.id;
    }
  };

  const gone =
    (type: 'free_code' | 'kiosk_error') =>
    ({ id, scope }: OldRow): RowPut => ({ type, id, scope, fields: null });

  /** @param go rejects when the run is not ours any more */
  async function run(tenant: Tenant, go: () => Promise<void>): Promise<CleanupCounts> {
    const at = now();
    let images = 0;
    const orders = await drain(tenant, go, async (tx) => {
      const rows = await lockOldOrders(tx, tenant, at - GUEST_MS, AT_ONCE);
      const named = new Set(
        rows.flatMap(({ fields }) => (typeof fields['imageId'] === 'string' ? fields['imageId'] : [])),
      );
      images += named.size;
      // Still served for an hour, and kept after all where anything else refers to it.
      await condemnBlobs(tx, tenant.organizationId, [...named], at);
      return rows.map(({ id, scope, fields: { customer: _guest, imageId: _photo, ...fields } }) => {
        return { type: 'order', id, scope, fields } as RowPut;
      });
    });
    const codes = await drain(tenant, go, async (tx) =>
      (await takeOldCodes(tx, tenant, at - CODE_MS, AT_ONCE)).map(gone('free_code')),
    );
    const errors = await drain(tenant, go, async (tx) =>
      (await lockOldErrors(tx, tenant, at - ERROR_MS, AT_ONCE)).map(gone('kiosk_error')),
    );
    let letters = 0;
    for await (const cases of oldCases(tenant, at)) {
      if (cases.length === 0) continue;
      await go();
      await db.transaction(async (tx) => {
        for (const { left, ...one } of cases) await changeCase(tx, one, left);
      });
      letters += cases.length;
    }
    return { orders, images, codes, errors, letters, passports: await passports.run(tenant, go) };
  }

  /** What `run` would let go now. */
  async function preview(tenant: Tenant): Promise<CleanupCounts> {
    const at = now();
    const { orders, images } = await countOldOrders(db, tenant, at - GUEST_MS);
    let letters = 0;
    for await (const cases of oldCases(tenant, at)) letters += cases.length;
    return {
      orders,
      images,
      codes: await countOldCodes(db, tenant, at - CODE_MS),
      errors: await countOldErrors(db, tenant, at - ERROR_MS),
      letters,
      passports: await passports.preview(tenant),
    };
  }

  return { run, preview };
}
