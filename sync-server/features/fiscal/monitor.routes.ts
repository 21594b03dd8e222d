/** The queue at headquarters: read it, and act on a task. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  HqTask,
  HqTaskDetails,
  HqTasks,
  HqTasksQuery,
  SettleTaskRequest,
  TaskActRequest,
} from '#shared/hq/fiscal.api.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { InterventionsService } from './interventions.service.ts';
import type { MonitorService } from './monitor.service.ts';

const TaskParams = z.strictObject({ id: z.uuid() });
const read = { tag: 'Headquarters', rate: 'read' } as const;
const write = { tag: 'Fiscal queue', rate: 'write', params: TaskParams, reply: HqTask } as const;

export const monitorRoutes =
  (guards: Guards, monitor: MonitorService, interventions: InterventionsService) => async (app: FastifyInstance) => {
    await scope(app, guards.session('hq_admin'), (add) => {
      add(
        'GET',
        '/hq/fiscal-tasks',
        { ...read, summary: 'Tasks of the registers, newest first', query: HqTasksQuery, reply: HqTasks },
        ({ principal, query }) => monitor.tasks(principal, query),
      );
      add(
        'GET',
        '/hq/fiscal-tasks/:id',
        { ...read, summary: 'One task, as it was posted, with its history', params: TaskParams, reply: HqTaskDetails },
        ({ principal, params }) => monitor.details(principal, params.id),
      );
      add(
        'POST',
        '/fiscal-tasks/:id/requeue',
        {
          ...write,
          summary: 'Put a failed task back in its queue; one in doubt is settled first',
          body: TaskActRequest,
        },
        async ({ principal, params, body }) => {
          await interventions.requeue(principal, params.id, body);
          return monitor.task(principal, params.id);
        },
      );
      add(
        'POST',
        '/fiscal-tasks/:id/cancel',
        { ...write, summary: 'Take a task out of its queue before anybody took it', body: TaskActRequest },
        async ({ principal, params, body }) => {
          await interventions.cancel(principal, params.id, body);
          return monitor.task(principal, params.id);
        },
      );
      add(
        'POST',
        '/fiscal-tasks/:id/settle',
        {
          ...write,
          summary: 'Decide whether a task in doubt was printed; a later proof outranks it',
          body: SettleTaskRequest,
        },
        async ({ principal, params, body }) => {
          await interventions.settle(principal, params.id, body);
          return monitor.task(principal, params.id);
        },
      );
    });
  };
