/** The owner's contract of the fiscal queue, word for word, with `status` and `attempts` added to the answers. */
import type { FastifyInstance } from 'fastify';
import { Gauge } from 'prom-client';
import { z } from 'zod';
import { WireFiscalStatus, WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import { Millis } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { FiscalTaskRow } from './fiscal.repo.ts';
import type { ReportsService } from './fiscal.reports.service.ts';
import type { FiscalService } from './fiscal.service.ts';
import type { Waiters } from './fiscal.waiters.ts';

const TAG = 'Fiscal queue';
const MAX_WAIT_S = 30;

const TaskReply = z.looseObject({
  taskId: z.string(),
  type: z.string(),
  fiscalDeviceId: z.string(),
  status: z.enum(['queued', 'in_progress', 'done', 'error']),
  attempts: z.int().min(0),
  /** Grows with each claim. A report may carry it back: then one of an earlier claim is refused. */
  leaseToken: z.int().optional(),
  leaseUntil: Millis.optional(),
  error: z.string().optional(),
  retryable: z.boolean().optional(),
  uncertain: z.boolean().optional(),
  fiscal: WireFiscalStatus.shape.fiscal,
  createdAt: Millis,
  startedAt: Millis.optional(),
  completedAt: Millis.optional(),
});

const defined = <T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as never;

/** The agent's contract knows four statuses: what headquarters cancelled is an error to it, and nothing will be printed. */
const statusOf = ({ status, errorText }: FiscalTaskRow) =>
  status === 'cancelled'
    ? ({ status: 'error', error: 'cancelled by headquarters' } as const)
    : { status, error: errorText };

const toReply = (row: FiscalTaskRow): z.input<typeof TaskReply> => ({
  ...row.body,
  status: statusOf(row).status,
  attempts: row.attempts,
  retryable: row.retryable,
  uncertain: row.uncertain,
  createdAt: row.createdAt,
  ...defined({
    leaseToken: row.attempts === 0 ? null : row.leaseToken,
    leaseUntil: row.leaseUntil,
    error: statusOf(row).error,
    fiscal: row.fiscal,
    startedAt: row.startedAt,
    completedAt: row.completedAt,
  }),
});

interface FiscalDoor {
  readonly guards: Guards;
  readonly fiscal: FiscalService;
  readonly reports: ReportsService;
  readonly waiters: Waiters;
}

export const fiscalRoutes =
  ({ guards, fiscal, reports, waiters }: FiscalDoor) =>
  async (app: FastifyInstance) => {
    new Gauge({
      name: 'prilavok_fiscal_agents_waiting',
      help: 'Calls of agents that wait for the next task of their register.',
      registers: [app.metrics],
      collect() {
        this.set(waiters.count());
      },
    });
    await scope(app, guards.bearerOrSession('hq_admin', 'manager'), (add) => {
      add(
        'POST',
        '/fiscal-tasks',
        {
          summary: 'Put a task in the queue of a register',
          tag: TAG,
          rate: 'write',
          body: WireFiscalTask,
          reply: TaskReply,
          statuses: [200, 201],
        },
        async ({ principal, body, reply }) => {
          const { task, isNew } = await fiscal.create(principal, body);
          reply.code(isNew ? 201 : 200);
          return toReply(task);
        },
      );
    });
    await scope(app, guards.bearer, (add) => {
      add(
        'GET',
        '/fiscal-tasks/next',
        {
          summary: 'Take the next task; waits for one',
          tag: TAG,
          rate: 'device',
          query: z.strictObject({
            /** The token's own when absent. */
            fiscalDeviceId: z.string().min(1).max(64).optional(),
            /** Of ours: the caller prints a task once however often it is given it, so a lost answer is given again. */
            journal: z.enum(['true', 'false']).default('false'),
            wait: z.coerce.number().int().min(0).max(MAX_WAIT_S).default(25),
          }),
          reply: TaskReply,
        },
        async ({ principal, query, request, reply }) => {
          const gone = new AbortController();
          // A caller that hung up must not take a task with it.
          const { socket } = request.raw;
          const hungUp = () => gone.abort();
          // It may have gone while its token was read.
          if (socket.destroyed) hungUp();
          else socket.once('close', hungUp);
          const task = await fiscal
            .next(principal, query.fiscalDeviceId, {
              waitMs: query.wait * 1000,
              keepsJournal: query.journal === 'true',
              abort: gone.signal,
            })
            .finally(() => socket.off('close', hungUp));
          if (task !== undefined) return toReply(task);
          reply.code(204);
          return undefined;
        },
      );
      add(
        'POST',
        '/fiscal-tasks/:id/status',
        {
          summary: 'Report how a task stands',
          tag: TAG,
          rate: 'device',
          params: z.strictObject({ id: z.uuid() }),
          body: WireFiscalStatus.extend({ leaseToken: z.int().min(1).optional() }),
          reply: TaskReply,
        },
        async ({ principal, params, body }) => toReply(await reports.report(principal, params.id, body)),
      );
    });
  };
