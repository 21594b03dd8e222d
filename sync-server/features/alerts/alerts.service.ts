/** Alerts as headquarters see them: read, and acknowledged by a person. Features raise them in their own transactions. */
import type { HqAlert, HqAlertGroups, HqAlerts, HqAlertsQuery } from '#shared/hq/fiscal.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type Tenant, type UserPrincipal } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { pageOf, readCursor } from '../hq/hq.rules.ts';
import { type AlertRow, groupOpenAlerts, listAlerts, lockAlert, markAcknowledged } from './alerts.repo.ts';

export type AlertsService = ReturnType<typeof createAlertsService>;

export function createAlertsService({
  db,
  now,
  live,
}: {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Live;
}) {
  async function list(tenant: Tenant, { state, kind, cursor, limit }: HqAlertsQuery): Promise<HqAlerts> {
    const rows = await listAlerts(db, tenant, {
      state,
      kind,
      cursor: cursor === undefined ? undefined : readCursor(cursor),
      limit: limit + 1,
    });
    const { page, next } = pageOf(rows, limit, ({ at, id }) => ({ at, id }));
    return { alerts: page.map(toReply), ...next };
  }

  const groups = async (tenant: Tenant): Promise<HqAlertGroups> => ({ groups: await groupOpenAlerts(db, tenant) });

  /** Twice is the same as once: the first who did stays named. @throws AppError `app.not_found`. */
  async function acknowledge(by: UserPrincipal, id: string): Promise<void> {
    await db.transaction(async (tx) => {
      const alert = await lockAlert(tx, by, id);
      if (alert === undefined) throw new AppError('app.not_found', 'there is no such alert');
      if (alert.acknowledgedAt !== null) return;
      await markAcknowledged(tx, by, id, { userId: by.userId, at: now() });
      await appendAudit(tx, by, {
        at: now(),
        event: 'ALERT_ACKNOWLEDGED',
        actor: actorOf(by),
        entity: { type: alert.subjectType, id: alert.subjectId },
        details: { kind: alert.kind },
      });
    });
    live.hqChanged(by.organizationId, ['alerts', 'summary']);
  }

  return { list, groups, acknowledge };
}

const toReply = (row: AlertRow): HqAlert => ({
  id: row.id,
  kind: row.kind,
  subjectType: row.subjectType,
  subjectId: row.subjectId,
  details: { ...row.details },
  at: row.at,
  times: row.times,
  ...(row.acknowledgedAt === null ? {} : { acknowledgedAt: row.acknowledgedAt }),
  ...(row.acknowledgedByName === null ? {} : { acknowledgedBy: row.acknowledgedByName }),
});
