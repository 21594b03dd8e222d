/**
 * Sending of reports as the device has its part in it: what a guest asks is written down, handed to the server once it can
 * be reached, and watched until its end. The server alone sends, so nothing here can send twice.
 */
import { createHash } from 'node:crypto';
import type { Core, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import { AppError, ERROR_CODES } from '#shared/kernel/errors.ts';
import { maskEmail, maskPhone } from '#shared/kernel/phone.ts';
import { type DeliveryAddress, type DeliveryReply, MOST_OF_ONE } from '#shared/reports/delivery.schema.ts';
import type { Report } from '#shared/reports/reports.schema.ts';
import type { DeliveryHttp } from './delivery.http.ts';
import type { ReportsMetrics } from './reports.metrics.ts';
import {
  addDelivery,
  changeDelivery,
  type DeliveryRow,
  findDelivery,
  findReport,
  forgetAddresses,
  listDeliveries,
  listOpenDeliveries,
} from './reports.repo.ts';

export interface Deliveries {
  /**
   * The one that is on its way to this address or has reached it, else a new one. Throws `reports.sent_enough`: who stands
   * at a screen without an attendant must not write to the whole town at the shop's expense.
   */
  ask(report: Report, to: DeliveryAddress): DeliveryRow;
  /** Newest first. */
  list(reportId: string): DeliveryRow[];
  /** Takes the addresses of these reports off the disk; what the server has not got is given up. */
  forget(reportIds: readonly string[]): void;
  readonly loop: Loop;
}

const INTERVAL_MS = 5000;
const AT_ONCE = 50;
/** A guest's address waits for a server that cannot be reached no longer than this. */
const HOLD_MS = 24 * 3_600_000;

export function createDeliveries(
  core: Core,
  {
    http,
    metrics,
    random,
    changed,
  }: {
    readonly http: DeliveryHttp;
    readonly metrics: ReportsMetrics;
    readonly random: () => number;
    readonly changed: (reportId: string) => void;
  },
): Deliveries {
  const { db, now } = core;
  const log = core.log.child({ domain: 'deliveries' });

  const change = (row: DeliveryRow, to: Partial<Omit<DeliveryRow, 'id'>>): void => {
    db.transaction((tx) => changeDelivery(tx, row.id, to), { behavior: 'immediate' });
    const kind = findReport(db, row.reportId)?.kind;
    if (kind !== undefined) {
      const failed = (to.attempts ?? row.attempts) - row.attempts - (to.state === 'sent' ? 1 : 0);
      if (failed > 0 && to.state !== 'sending') metrics.failed(kind, row.channel, to.fault ?? 'unknown', failed);
      if (to.state === 'sent' && row.state !== 'sent') metrics.delivered(kind, row.channel);
    }
    changed(row.reportId);
  };

  const learn = (row: DeliveryRow, { state, attempts, nextAt, fault }: DeliveryReply): void => {
    const isNews =
      row.address !== null || state !== row.state || attempts !== row.attempts || (nextAt ?? null) !== row.nextAt;
    // The address goes with the first answer: the server has it now.
    if (isNews) change(row, { state, attempts, nextAt: nextAt ?? null, fault: fault ?? null, address: null });
  };

  /** Hands one over. What the server will never take is given up; a line that is down is tried again. */
  const hand = async (row: DeliveryRow, address: string): Promise<void> => {
    const report = findReport(db, row.reportId);
    if (report === undefined || now() - row.createdAt > HOLD_MS) {
      change(row, { state: 'failed', fault: report === undefined ? 'file_missing' : 'no_answer', address: null });
      return;
    }
    const { id: reportId, kind, fileId, copyCode, createdAt, language } = report;
    try {
      const to = { channel: row.channel, address };
      learn(row, await http.ask(row.id, { reportId, kind, fileId, copyCode, createdAt, language, to }));
    } catch (error) {
      if (!(error instanceof AppError) || ERROR_CODES[error.code].retry !== 'never') throw error;
      if (error.code === 'device.not_enrolled' || error.code.startsWith('auth.')) throw error;
      log.warn('the server takes no such delivery', { reportId, code: error.code });
      change(row, { state: 'failed', fault: 'address_refused', address: null });
    }
  };

  const loop = createLoop({
    name: 'report-deliveries',
    intervalMs: INTERVAL_MS,
    random,
    log,
    run: async () => {
      const open = listOpenDeliveries(db, AT_ONCE);
      for (const row of open) if (row.address !== null) await hand(row, row.address);
      const watched = open.filter(({ address }) => address === null);
      if (watched.length === 0) return;
      const replies = new Map((await http.states(watched.map(({ id }) => id))).map((reply) => [reply.id, reply]));
      for (const { id } of watched) {
        // As it is by now: a person may have asked meanwhile.
        const row = findDelivery(db, id);
        const reply = replies.get(id);
        if (row === undefined) continue;
        if (reply !== undefined) learn(row, reply);
        // A server that was restored has forgotten it, and may have sent it before.
        else if (now() - row.createdAt > HOLD_MS) change(row, { state: 'unknown', fault: 'no_answer', nextAt: null });
      }
    },
  });

  return {
    ask: (report, to) => {
      const masked = to.channel === 'email' ? maskEmail(to.address) : maskPhone(to.address);
      // The address itself is forgotten soon; this knows it again, and tells it to nobody.
      const addressKey = createHash('sha256').update(`${report.copyCode}\n${to.address}`).digest('hex');
      const known = listDeliveries(db, report.id);
      const last = known.find((row) => row.addressKey === addressKey);
      if (last !== undefined && last.state !== 'failed' && last.state !== 'unknown') return last;
      if (known.length >= MOST_OF_ONE) {
        throw new AppError('reports.sent_enough', `this report was sent ${known.length} times`, {
          details: { most: MOST_OF_ONE },
        });
      }
      const row: DeliveryRow = {
        id: core.newId(),
        reportId: report.id,
        channel: to.channel,
        address: to.address,
        maskedAddress: masked,
        addressKey,
        state: 'queued',
        attempts: 0,
        nextAt: null,
        fault: null,
        createdAt: now(),
      };
      db.transaction((tx) => addDelivery(tx, row), { behavior: 'immediate' });
      changed(report.id);
      loop.wake();
      return row;
    },
    list: (reportId) => listDeliveries(db, reportId),
    forget: (reportIds) => {
      if (reportIds.length > 0) db.transaction((tx) => forgetAddresses(tx, reportIds), { behavior: 'immediate' });
    },
    loop,
  };
}
