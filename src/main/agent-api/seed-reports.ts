/** Reports as the seed's API asks for them: an integration brings what it measured, and may ask to have it sent. */

import { sortFindings, tellFinding } from '#main/domains/reports/report-content.ts';
import type { Reports } from '#main/domains/reports/reports.service.ts';
import type { ThicknessNorms } from '#shared/diagnostics/thickness.schema.ts';
import { zonesOf } from '#shared/diagnostics/thickness-zones.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Report } from '#shared/reports/reports.schema.ts';
import type { ReportsPort } from './reports.routes.ts';
import type { DiagnosticsReportBody, Report as SeedReport, ThicknessReportBody } from './reports.wire.ts';

const URGENCY = { high: 1, medium: 2, low: 3 } as const;

export function createSeedReports(reports: Reports, norms: ThicknessNorms): ReportsPort {
  const toSeed = (report: Report): SeedReport => {
    const { deliveries } = reports.view(report);
    const by = (channel: 'email' | 'sms') => {
      const last = deliveries.find((one) => one.channel === channel);
      if (last === undefined) return {};
      const { state, fault } = last;
      return { [channel]: { success: state === 'sent', state, ...(fault === undefined ? {} : { error: fault }) } };
    };
    return {
      id: report.id,
      sessionId: report.visitId,
      type: report.kind,
      filePath: `blobs/${report.fileId.slice(0, 2)}/${report.fileId}`,
      sha256: report.fileId,
      createdAt: report.createdAt,
      ...(deliveries.length === 0 ? {} : { delivery: { ...by('email'), ...by('sms') } }),
    };
  };

  /** Failing to deliver does not undo the report: sending goes on after the answer. */
  const send = (report: Report, deliverTo: DiagnosticsReportBody['deliverTo']) => {
    if (deliverTo?.email !== undefined) reports.send(report.id, { channel: 'email', address: deliverTo.email });
    if (deliverTo?.phone !== undefined) reports.send(report.id, { channel: 'sms', address: deliverTo.phone });
    const { filePath, delivery } = toSeed(report);
    return { reportId: report.id, filePath, ...(delivery === undefined ? {} : { delivery }) };
  };

  return {
    createDiagnostics: async ({ data, deliverTo }) => {
      const report = await reports.makeOf(
        data.sessionId,
        ({ language }) => ({
          kind: 'diagnostics',
          findings: sortFindings(
            data.dtcCodes.map(({ code, description, severity }) =>
              tellFinding({ code, kinds: ['stored'], units: [] }, language, {
                description,
                urgency: severity && URGENCY[severity],
              }),
            ),
          ),
          unanswered: [],
          measuredAt: Date.parse(data.timestamp),
          ...(data.clearedAt === undefined ? {} : { clearedAt: Date.parse(data.clearedAt) }),
        }),
        carOf(data),
      );
      return send(report, deliverTo);
    },
    createThickness: async ({ data, deliverTo }) => {
      const { vehicleType: body, measurements } = data;
      const at = Date.parse(data.timestamp);
      const readings = measurements.map(({ zone, value }, index) => ({
        zone: zoneOf(body, zone, index),
        value,
        source: 'gauge' as const,
        at,
      }));
      const report = await reports.makeOf(
        data.sessionId,
        () => ({ kind: 'thickness', measuredAt: at, measurement: { body, norms, readings } }),
        carOf(data),
      );
      return send(report, deliverTo);
    },
    find: (id) => {
      const report = reports.find(id);
      return report && toSeed(report);
    },
    listBySession: (sessionId) => reports.listByVisit(sessionId).map(toSeed),
  };
}

const carOf = ({
  vehicleMake,
  vehicleModel,
}: {
  vehicleMake?: string | undefined;
  vehicleModel?: string | undefined;
}) => [vehicleMake, vehicleModel].filter(Boolean).join(' ') || undefined;

/** A zone by its id, or by its number in the walk round the car, from 1. */
function zoneOf(body: ThicknessReportBody['data']['vehicleType'], zone: string, index: number): string {
  const zones = zonesOf(body);
  const found = zones.find(({ id }) => id === zone) ?? (/^\d{1,2}$/.test(zone) ? zones[Number(zone) - 1] : undefined);
  if (found !== undefined) return found.id;
  const message = `is no zone of this body: give an id as ${zones[0]?.id}, or a number from 1 to ${zones.length}`;
  throw new AppError('app.bad_input', `measurements.${index}.zone ${message}`, {
    details: { issues: [{ path: `data.measurements.${index}.zone`, message }] },
  });
}
