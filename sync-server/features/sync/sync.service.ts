/** Synchronisation as headquarters see it: how far every device is, and what a person has to look at. */
import type { HqSyncCase, HqSyncCases, HqSyncCasesQuery, HqSyncDevices } from '#shared/hq/sync.api.ts';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';
import type { Backlog } from '#shared/sync/backlog.schema.ts';
import { maskPassports } from '#shared/sync/mask.rules.ts';
import type { LetterRead } from '#shared/sync/protocol.ts';
import type { MutatorName } from '#shared/sync/registry.ts';
import { type ChangeSummary, summarise } from '#shared/sync/summary.rules.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type Tenant, type UserPrincipal } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { isOnline, pageOf, readCursor } from '../hq/hq.rules.ts';
import {
  type CaseRow,
  findCase,
  insertReads,
  insertVerdict,
  listCases,
  listSyncDevices,
  readOrderNumbers,
  saveBacklog,
} from './sync.repo.ts';

/** A device pulls twice a minute when nothing happens; its page need not be truer than this. */
const REPORT_EVERY_MS = 20_000;

export type SyncDeskService = ReturnType<typeof createSyncDesk>;

export function createSyncDesk({
  db,
  now,
  live,
}: {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Pick<Live, 'hqChanged'>;
}) {
  /** What each device said last to this instance, and when that was written down. */
  const reported = new Map<string, { readonly figures: string; readonly at: number }>();

  /** What a device says of itself with a pull; a program that says nothing leaves what was known. */
  async function report(of: Tenant & { readonly deviceId: string }, backlog: Backlog | undefined): Promise<void> {
    if (backlog === undefined) return;
    const at = now();
    const { pending, oldestAt, refused, blobs } = backlog;
    const figures = [pending, oldestAt, refused, blobs].join(' ');
    const last = reported.get(of.deviceId);
    if (last?.figures === figures && at >= last.at && at < last.at + REPORT_EVERY_MS) return;
    const isNews = await saveBacklog(db, of, backlog, { now: at, everyMs: REPORT_EVERY_MS });
    reported.set(of.deviceId, { figures, at });
    if (isNews) live.hqChanged(of.organizationId, ['sync']);
  }

  /** What was read at a device, as it says with a pull. Said again, it changes nothing. */
  async function noteReads(
    of: Tenant & { readonly deviceId: string },
    reads: readonly LetterRead[] = [],
  ): Promise<void> {
    if (reads.length === 0) return;
    const news = await db.transaction(async (tx) => {
      const made = await insertReads(tx, of, reads, now());
      for (const { incarnation, mid, at, isRetried } of made) {
        await appendAudit(tx, of, {
          at: now(),
          event: isRetried ? 'SYNC_LETTER_RETRIED' : 'SYNC_LETTER_READ',
          actor: { kind: 'device', id: of.deviceId },
          entity: { type: 'sync_letter', id: `${incarnation}.${mid}` },
          details: { readAt: at },
        });
      }
      return made.length;
    });
    if (news > 0) live.hqChanged(of.organizationId, ['sync']);
  }

  async function devices(tenant: Tenant): Promise<HqSyncDevices> {
    const at = now();
    const rows = await listSyncDevices(db, tenant);
    return {
      serverNow: at,
      devices: rows.map(({ device, shopName, clockSkewMs, lastMid, backlog }) => ({
        id: device.id,
        name: device.name,
        mode: device.mode,
        shopName,
        status: device.status,
        ...(device.lastSeenAt === null ? {} : { lastSeenAt: device.lastSeenAt }),
        online: device.status === 'active' && isOnline(device.lastSeenAt, at),
        incarnation: device.incarnation,
        lastMid: lastMid ?? 0,
        ...(clockSkewMs === null ? {} : { clockSkewMs }),
        ...(backlog === null
          ? {}
          : {
              backlog: {
                pending: backlog.pending,
                refused: backlog.refused,
                reportedAt: backlog.reportedAt,
                ...(backlog.oldestAt === null ? {} : { oldestAt: backlog.oldestAt }),
                ...(backlog.blobs === null ? {} : { blobs: backlog.blobs }),
              },
            }),
      })),
    };
  }

  async function cases(
    tenant: Tenant,
    { state, cursor, limit, kind, deviceId }: HqSyncCasesQuery,
  ): Promise<HqSyncCases> {
    const rows = await listCases(db, tenant, {
      isOpen: state === 'open',
      kind,
      deviceId,
      cursor: cursor === undefined ? undefined : readCursor(cursor),
      limit: limit + 1,
    });
    const { page, next } = pageOf(rows, limit, ({ at, id }) => ({ at, id }));
    const read = page.map((row) => ({ row, body: bodyOf(row) }));
    const orderIds = read.flatMap(({ body }) => body?.summary.orderId ?? []);
    const numbers = await readOrderNumbers(db, tenant, orderIds);
    return { cases: read.map(({ row, body }) => toReply(row, body, numbers)), ...next };
  }

  /** Twice is the same as once: the first who did stays named. @throws AppError `app.not_found`. */
  async function settle(by: UserPrincipal, id: string, note: string): Promise<void> {
    await db.transaction(async (tx) => {
      const found = await findCase(tx, by, id);
      if (found === undefined) throw new AppError('app.not_found', 'there is no such case');
      const { organizationId, userId } = by;
      if (!(await insertVerdict(tx, { caseId: id, organizationId, userId, note, at: now() }))) return;
      const { kind, deviceId, mid } = found;
      await appendAudit(tx, by, {
        at: now(),
        event: 'SYNC_CASE_SETTLED',
        actor: actorOf(by),
        entity: { type: 'sync_case', id },
        details: { kind, deviceId, mid },
      });
    });
    live.hqChanged(by.organizationId, ['sync', 'summary']);
  }

  return { report, noteReads, devices, cases, settle };
}

interface Body {
  readonly summary: ChangeSummary;
  /** JSON, masked. */
  readonly text?: string;
}

/** The mutation of a case, where it was kept: a dead letter's own, or in the details of a fact that could not be run. */
function bodyOf({ name, args, anomaly, details }: CaseRow): Body | undefined {
  if (name !== null && args !== null) return read(name, args);
  const { name: ofFact, body, orderId, id } = details ?? {};
  if (typeof ofFact === 'string' && typeof body === 'string') return read(ofFact, body, 'args');
  const reporter = REPORTERS[anomaly ?? ''];
  if (reporter === undefined) return undefined;
  return {
    summary: {
      name: reporter,
      fact: true,
      ...(typeof orderId === 'string' ? { orderId } : {}),
      ...(typeof id === 'string' ? { subject: id } : {}),
    },
  };
}

/** Which fact an anomaly is of: its rows are kept, its body is not. */
const REPORTERS: Readonly<Record<string, MutatorName>> = {
  two_fiscal_documents: 'fiscal.report',
  payment_without_order: 'payment.settle',
  refund_without_sale: 'refund.make',
  refund_exceeds_sale: 'refund.make',
  refund_exceeds_payment: 'refund.make',
  visit_finished_unknown: 'visit.finish',
  visit_finished_twice: 'visit.finish',
};

function read(name: string, text: string, member?: 'args'): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const args = member === undefined ? value : (value as { readonly args?: unknown } | null)?.args;
    return { summary: summarise(name, args), text: JSON.stringify(maskPassports(args) ?? null) };
  } catch {
    return undefined;
  }
}

function toReply(row: CaseRow, body: Body | undefined, numbers: ReadonlyMap<string, string>): HqSyncCase {
  const { id, kind, deviceId, deviceName, mid, at, code, message, anomaly, details } = row;
  const number = numbers.get(body?.summary.orderId ?? '');
  const { body: _raw, ...sides } = details ?? {};
  return {
    id,
    kind,
    deviceId,
    deviceName,
    mid,
    at,
    ...(body === undefined
      ? {}
      : { change: { ...(number === undefined ? {} : { subject: number }), ...body.summary } }),
    ...(body?.text === undefined ? {} : { body: body.text }),
    ...(isErrorCode(code) ? { code } : {}),
    ...(message === null ? {} : { message }),
    ...(anomaly === null ? {} : { anomaly }),
    ...(details === null ? {} : { details: maskPassports(sides) as Record<string, unknown> }),
    ...(row.settledAt === null
      ? {}
      : { settled: { at: row.settledAt, by: row.settledBy ?? '', note: row.note ?? '' } }),
    ...(row.readAt === null
      ? {}
      : { read: { at: row.readAt, by: row.readBy ?? '', isRetried: row.isRetried === true } }),
  };
}
