/** Writes of contracts: rows of a client's shop, and the client's own steps, in one transaction. */
import { mayClientBecome } from '#shared/clients/clients.rules.ts';
import { type Client, ClientStatus } from '#shared/clients/clients.schema.ts';
import type { Contract, Invoice } from '#shared/contracts/contracts.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { type Scope, shopScope } from '#shared/sync/scopes.ts';
import type { ManagerPrincipal, Tenant } from '../../auth/principals.ts';
import type { Tx } from '../../db/db.ts';
import { type OwnMutation, runOwnMutations } from '../../sync/own-mutations.ts';
import { withRetry } from '../../sync/retry.ts';

import { writeRows } from '../../sync/rows.writer.ts';
import type { ContractPorts } from './contracts.ports.ts';
import { lockClient } from './contracts.repo.ts';

export interface ClientDesk {
  readonly tx: Tx;
  readonly client: Client;
  readonly contract: (row: Contract) => Promise<Contract>;
  readonly invoice: (row: Invoice) => Promise<Invoice>;
  /** Takes the client there by the steps of SM-5; none when they are there. */
  readonly advance: (to: ClientStatus) => Promise<void>;
}

/** The shortest way of SM-5. */
export function stepsTo(from: ClientStatus, to: ClientStatus): readonly ClientStatus[] {
  const ways: (readonly ClientStatus[])[] = [[from]];
  for (const way of ways) {
    const last = way.at(-1) ?? from;
    if (last === to) return way.slice(1);
    for (const next of ClientStatus.options) {
      if (mayClientBecome(last, next) && !way.includes(next)) ways.push([...way, next]);
    }
  }
  throw new AppError('clients.illegal_transition', `a client that is ${from} cannot become ${to}`);
}

/** Whose client it is, or nobody's yet. @throws AppError `clients.not_found`, `clients.assigned_to_other` */
export function assertOwn(by: ManagerPrincipal, client: Client | undefined): asserts client is Client {
  if (client === undefined || !by.shopIds.includes(client.shopId)) {
    throw new AppError('clients.not_found', 'there is no such client');
  }
  if (client.assignedTo !== undefined && client.assignedTo !== by.managerId && !by.isSuperAdmin) {
    throw new AppError('clients.assigned_to_other', 'another manager has this client');
  }
}

/**
 * One act on one client: whoever acts on the same client waits. What it wrote outlives a power cut before anybody hears of it:
 * neither a code, nor a provider, nor an answer may know of what is not there any more.
 *
 * @param act may run several times: nothing outside of the transaction happens in it.
 */
export async function atDesk<T>(
  { db, now, sync }: Pick<ContractPorts, 'db' | 'now' | 'sync'>,
  tenant: Tenant,
  clientId: string,
  act: (desk: ClientDesk) => Promise<T>,
): Promise<T> {
  const { done, heads } = await withRetry(() =>
    db.transaction(async (tx) => {
      const client = await lockClient(tx, tenant, clientId);
      if (client === undefined) throw new AppError('clients.not_found', 'there is no such client');
      const heads: Record<Scope, number> = {};
      const scope = shopScope(client.shopId);
      const { organizationId } = tenant;
      const put = async (row: RowPut) =>
        Object.assign(heads, (await writeRows(tx, organizationId, [row], now())).heads);
      let { status } = client;
      const done = await act({
        tx,
        client,
        contract: async (fields) => {
          await put({ type: 'contract', id: fields.id, scope, fields });
          return fields;
        },
        invoice: async (fields) => {
          await put({ type: 'invoice', id: fields.id, scope, fields });
          return fields;
        },
        advance: async (to) => {
          const steps = stepsTo(status, to).flatMap((next): OwnMutation[] =>
            next === 'new' ? [] : [{ name: 'client.advance', args: { id: client.id, to: next } }],
          );
          if (steps.length === 0) return;
          const writer = { organizationId, shopId: client.shopId, now: now() };
          Object.assign(heads, (await runOwnMutations(tx, writer, steps)).heads);
          status = to;
        },
      });
      return { done, heads };
    }),
  );
  await sync.checkpoint();
  sync.announce(heads);
  return done;
}
