/** `/api/reports`: documents that a guest takes along. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { AppError } from '#shared/kernel/errors.ts';
import {
  CreatedReport,
  DiagnosticsReportBody,
  Report,
  ReportList,
  ReportParams,
  ReportSessionParams,
  ThicknessReportBody,
} from './reports.wire.ts';

/** What makes and keeps reports, as far as these routes ask. Each throws what the visit's service throws. */
export interface ReportsPort {
  /** Throws `visits.not_found`, and `diagnostics.not_paid` while the service is not paid for. */
  createDiagnostics(input: DiagnosticsReportBody): Promise<CreatedReport>;
  createThickness(input: ThicknessReportBody): Promise<CreatedReport>;
  find(id: string): Report | undefined;
  /** Oldest first. */
  listBySession(sessionId: string): readonly Report[];
}

export const reportsRoutes: FastifyPluginAsyncZod<{ readonly reports: ReportsPort }> = async (app, { reports }) => {
  const tags = ['Reports'];

  app.post(
    '/diagnostics',
    {
      schema: {
        tags,
        summary: 'Makes the report of a diagnosis and sends it',
        body: DiagnosticsReportBody,
        response: { 201: CreatedReport },
      },
    },
    async ({ body }, reply) => reply.code(201).send(await reports.createDiagnostics(body)),
  );

  app.post(
    '/thickness',
    {
      schema: {
        tags,
        summary: 'Makes the report of a thickness measurement and sends it',
        body: ThicknessReportBody,
        response: { 201: CreatedReport },
      },
    },
    async ({ body }, reply) => reply.code(201).send(await reports.createThickness(body)),
  );

  app.get(
    '/:id',
    { schema: { tags, summary: 'One report', params: ReportParams, response: { 200: Report } } },
    async ({ params }) => {
      const report = reports.find(params.id);
      if (report === undefined) throw new AppError('app.not_found', `no report ${params.id}`);
      return report;
    },
  );

  app.get(
    '/session/:id',
    { schema: { tags, summary: 'Reports of a session', params: ReportSessionParams, response: { 200: ReportList } } },
    async ({ params }) => {
      const list = reports.listBySession(params.id);
      return { reports: [...list], count: list.length };
    },
  );
};
