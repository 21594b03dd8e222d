/**
 * Sync without a server: the real mutators over the real tables, and a list of what the outbox would hold. For tests of
 * domains; the outbox itself is tested where it lives.
 */
import { eq, type InferSelectModel } from 'drizzle-orm';
import { AppError, toIssues } from '#shared/kernel/errors.ts';
import type { EntityRef, Rows } from '#shared/sync/mutator.ts';
import { findMutator } from '#shared/sync/registry.ts';
import type { Writer } from '#shared/sync/scopes.ts';
import type { visits } from '#main/domains/visits/visits.tables.ts';
import { REPLICA_TABLES } from '#main/db/schema.ts';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';

export interface LocalSync extends SyncPort {
  /** Names of the mutations made, in order; what a rolled-back transaction asked for is here too. */
  readonly asked: readonly string[];
  /** Kinds of the anomalies that facts raised. */
  readonly anomalies: readonly string[];
}

export const TEST_WRITER: Writer = {
  organizationId: '00000000-0000-7000-8000-00000000000a',
  shopId: '00000000-0000-7000-8000-00000000000b',
  deviceId: '00000000-0000-7000-8000-00000000000c',
};

/** Every replicated table begins with the same columns, so one of them speaks for all. */
type AnyReplica = typeof visits;

export function createLocalSync(now: () => number, writer: Writer = TEST_WRITER): LocalSync {
  const asked: string[] = [];
  const anomalies: string[] = [];
  const tableOf = (ref: Pick<EntityRef, 'type'>) => REPLICA_TABLES[ref.type] as unknown as AnyReplica;
  const rowsOf = (db: Reader): Rows => ({
    get: (ref) => {
      const table = tableOf(ref);
      const row = db.select({ fields: table.fields }).from(table).where(eq(table.id, ref.id)).get();
      return row?.fields as ReturnType<Rows['get']> as never;
    },
  });
  return {
    asked,
    anomalies,
    mutate: (tx: WriteTx, name, args) => {
      asked.push(name);
      const mutator = findMutator(name);
      if (!mutator) throw new AppError('sync.unknown_mutation', name);
      const parsed = mutator.args.safeParse(args);
      if (!parsed.success) {
        throw new AppError('app.bad_input', name, { details: { issues: toIssues(parsed.error.issues) } });
      }
      const decision = mutator.decide(parsed.data, rowsOf(tx), { writer, at: now() });
      if (decision.kind === 'reject') throw new AppError(decision.code, decision.message);
      anomalies.push(...(decision.anomalies ?? []).map(({ kind }) => kind));
      for (const put of decision.puts) {
        const table = tableOf(put);
        const fields = put.fields as InferSelectModel<AnyReplica>['fields'];
        tx.insert(table)
          .values({ id: put.id, scope: put.scope, ver: 0, fields })
          .onConflictDoUpdate({ target: table.id, set: { scope: put.scope, fields } })
          .run();
      }
    },
    writer: () => writer,
    wake: () => undefined,
  };
}
