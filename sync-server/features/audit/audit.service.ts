/** The audit as headquarters reads it, with names where there are any. */
import type { HqAudit, HqAuditQuery, HqAuditVerdict } from '#shared/hq/audit.api.ts';
import { type AuditRow, listAudit, listAuditEvents, verifyAudit } from '../../auth/audit.repo.ts';
import type { Tenant } from '../../auth/principals.ts';
import { getOrganization } from '../../auth/users.repo.ts';
import type { Db } from '../../db/db.ts';
import { readNames } from '../hq/hq.repo.ts';
import { dayOf } from '../hq/hq.rules.ts';
import { listUsers } from '../users/users.repo.ts';

export type AuditService = ReturnType<typeof createAuditService>;

export function createAuditService({ db }: { readonly db: Db }) {
  /** @throws AppError `app.bad_input` there is no such day. */
  async function list(tenant: Tenant, { from, to, limit, ...filter }: HqAuditQuery): Promise<HqAudit> {
    const { timeZone } = await getOrganization(db, tenant);
    const rows = await listAudit(db, tenant, {
      ...filter,
      from: from === undefined ? undefined : dayOf(timeZone, from).from,
      to: to === undefined ? undefined : dayOf(timeZone, to).to,
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const [names, people] = await Promise.all([readNames(db, tenant), listUsers(db, tenant)]);
    const known = new Map([...names.shops, ...names.devices, ...people.map(({ id, name }) => [id, name] as const)]);
    const last = page.at(-1);
    return {
      rows: page.map((row) => toReply(row, known)),
      ...(rows.length > limit && last ? { next: last.seq } : {}),
    };
  }

  const events = async (tenant: Tenant) => ({ events: [...(await listAuditEvents(db, tenant))] });

  const verify = async (tenant: Tenant): Promise<HqAuditVerdict> => {
    const { rows, head, brokenAt } = await verifyAudit(db, tenant);
    return { rows, head: { ...head }, ...(brokenAt === undefined ? {} : { brokenAt }) };
  };

  return { list, events, verify };
}

const toReply = (row: AuditRow, names: ReadonlyMap<string, string>): HqAudit['rows'][number] => {
  const named = (id: string) => {
    const name = names.get(id);
    return name === undefined ? { id } : { id, name };
  };
  return {
    seq: row.seq,
    at: row.at,
    event: row.event,
    actor: { kind: row.actorKind, ...named(row.actorId) },
    entity: { type: row.entityType, ...named(row.entityId) },
    details: row.details,
    ...(row.ip === null ? {} : { ip: row.ip }),
  };
};
