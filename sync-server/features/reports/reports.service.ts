/** Reports on their way to guests: asked for by devices, looked after by headquarters, opened by whoever has the code. */
import type { HqReport, HqReports, HqReportsQuery } from '#shared/hq/reports.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { maskEmail, maskPhone } from '#shared/kernel/phone.ts';
import {
  type DeliveryAddress,
  type DeliveryReply,
  type DeliveryRequest,
  MOST_OF_ONE,
} from '#shared/reports/delivery.schema.ts';
import { COPY_DAYS } from '#shared/reports/reports.schema.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type DevicePrincipal, type Tenant, type UserPrincipal } from '../../auth/principals.ts';
import type { BlobsService, OpenBlob } from '../../blobs/blobs.service.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { pageOf, readCursor } from '../hq/hq.rules.ts';
import {
  countOthers,
  type DeliveryRow,
  findByCopyCode,
  findDeliveries,
  findReport,
  listReportDeliveries,
  listReports,
  putDelivery,
} from './reports.repo.ts';
import { readShortLink } from './short-link.ts';

export type GuestReports = ReturnType<typeof createGuestReports>;

const DAY_MS = 24 * 3_600_000;

export function createGuestReports({
  db,
  now,
  newId,
  live,
  blobs,
  linkKey,
}: {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly live: Pick<Live, 'hqChanged'>;
  readonly blobs: Pick<BlobsService, 'openFile'>;
  readonly linkKey: string;
}) {
  const rowOf = (tenant: Tenant, deviceId: string, id: string, request: DeliveryRequest): DeliveryRow => {
    const { to, createdAt: reportAt, ...of } = request;
    return {
      ...of,
      id,
      organizationId: tenant.organizationId,
      deviceId,
      reportAt,
      channel: to.channel,
      address: to.address,
      maskedAddress: to.channel === 'email' ? maskEmail(to.address) : maskPhone(to.address),
      state: 'queued',
      attempts: 0,
      nextAt: now(),
      leaseUntil: null,
      fault: null,
      reason: null,
      providerId: null,
      createdAt: now(),
      updatedAt: now(),
    };
  };

  /**
   * A device holds itself to so many; one that somebody has opened would not. Headquarters answers for itself.
   *
   * @throws AppError `app.conflict` the id is another report's; `reports.sent_enough`
   */
  async function ask(device: DevicePrincipal, id: string, request: DeliveryRequest): Promise<DeliveryReply> {
    const row = await db.transaction(async (tx) => {
      const asked = rowOf(device, device.deviceId, id, request);
      const isNew = (await findDeliveries(tx, device, [id])).length === 0;
      if (isNew && (await countOthers(tx, asked)) >= MOST_OF_ONE) {
        throw new AppError('reports.sent_enough', `this report was sent ${MOST_OF_ONE} times`, {
          details: { most: MOST_OF_ONE },
        });
      }
      return putDelivery(tx, asked);
    });
    if (row?.deviceId !== device.deviceId || row.reportId !== request.reportId) {
      throw new AppError('app.conflict', 'this id is of another delivery');
    }
    live.hqChanged(device.organizationId, ['reports']);
    return toReply(row);
  }

  async function states(device: DevicePrincipal, ids: readonly string[]): Promise<DeliveryReply[]> {
    return (await findDeliveries(db, device, ids)).map(toReply);
  }

  async function list(tenant: Tenant, { cursor, limit }: HqReportsQuery): Promise<HqReports> {
    const rows = await listReports(db, tenant, {
      cursor: cursor === undefined ? undefined : readCursor(cursor),
      limit: limit + 1,
    });
    const { page, next } = pageOf(rows, limit, ({ report: { createdAt, id } }) => ({ at: createdAt, id }));
    const deliveries = await listReportDeliveries(
      db,
      tenant,
      page.map(({ report }) => report.id),
    );
    return {
      reports: page.map(({ report, shopName, deviceName }) => ({
        report,
        shopName: shopName ?? '',
        deviceName: deviceName ?? '',
        deliveries: deliveries.filter(({ reportId }) => reportId === report.id).map(toHq),
      })),
      ...next,
    };
  }

  /** Sends a report once more, to a corrected address. @throws AppError `app.not_found` */
  async function resend(by: UserPrincipal, reportId: string, to: DeliveryAddress): Promise<void> {
    const report = await findReport(db, by, reportId);
    if (report === undefined) throw new AppError('app.not_found', 'there is no such report');
    const { kind, fileId, copyCode, createdAt, language, deviceId } = report;
    const id = newId();
    await db.transaction(async (tx) => {
      await putDelivery(tx, rowOf(by, deviceId, id, { reportId, kind, fileId, copyCode, createdAt, language, to }));
      await appendAudit(tx, by, {
        at: now(),
        event: 'REPORT_RESENT',
        actor: actorOf(by),
        entity: { type: 'report', id: reportId },
        details: { channel: to.channel },
      });
    });
    live.hqChanged(by.organizationId, ['reports']);
  }

  /** @throws AppError `reports.not_found`; `blobs.not_found` while its file is on its way; `reports.link_expired` */
  async function openCopy(copyCode: string): Promise<OpenBlob> {
    const found = await findByCopyCode(db, copyCode);
    if (found === undefined) throw new AppError('reports.not_found', 'there is no such report here, or not yet');
    if (now() > found.createdAt + COPY_DAYS * DAY_MS) {
      throw new AppError('reports.link_expired', 'the copy was open for a month');
    }
    return blobs.openFile(found, found.fileId);
  }

  return {
    ask,
    states,
    list,
    resend,
    openCopy,
    /** @throws AppError as `openCopy`, and `blobs.link_invalid` */
    openShort: (link: string): Promise<OpenBlob> => openCopy(readShortLink(linkKey, link, now())),
  };
}

const toReply = ({ id, state, attempts, nextAt, fault }: DeliveryRow): DeliveryReply => ({
  id,
  state,
  attempts,
  ...(nextAt === null || attempts === 0 || state !== 'queued' ? {} : { nextAt }),
  ...(fault === null ? {} : { fault }),
});

const toHq = (row: DeliveryRow): HqReport['deliveries'][number] => ({
  ...toReply(row),
  channel: row.channel,
  to: row.maskedAddress,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  ...(row.reason === null ? {} : { reason: row.reason }),
});
