import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { WIRE_TASK_TYPES } from '#shared/fiscal/fiscal.schema.ts';
import {
  HQ_TASK_FILTERS,
  HqRegisters,
  HqTask,
  type HqTaskAct,
  HqTaskDetails,
  HqTasks,
  type HqTasksQuery,
  type SettleTaskRequest,
  type TaskActRequest,
} from '#shared/hq/fiscal.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export interface TasksFilter {
  readonly status?: NonNullable<HqTasksQuery['status']>;
  readonly fiscalDeviceId?: string;
  readonly type?: NonNullable<HqTasksQuery['type']>;
  readonly q?: string;
}

const oneOf = <T extends string>(all: readonly T[], text: string | null): T | undefined =>
  all.find((one) => one === text);

/** The filter is in the address, so it outlives a reload, a session and a message to a colleague. */
export function readTasksFilter(search: URLSearchParams): TasksFilter {
  const status = oneOf(HQ_TASK_FILTERS, search.get('status'));
  const type = oneOf(WIRE_TASK_TYPES, search.get('type'));
  const fiscalDeviceId = search.get('register');
  const q = search.get('q')?.trim();
  return {
    ...(status ? { status } : {}),
    ...(fiscalDeviceId ? { fiscalDeviceId } : {}),
    ...(type ? { type } : {}),
    ...(q ? { q } : {}),
  };
}

export function writeTasksFilter({ status, fiscalDeviceId, type, q }: TasksFilter): Record<string, string> {
  return {
    ...(status ? { status } : {}),
    ...(fiscalDeviceId ? { register: fiscalDeviceId } : {}),
    ...(type ? { type } : {}),
    ...(q ? { q } : {}),
  };
}

export const tasksQuery = (hq: Hq, filter: TasksFilter) =>
  infiniteQueryOptions({
    queryKey: [...hqKeys.tasks, 'list', filter],
    queryFn: ({ pageParam, signal }) => hq.get('/hq/fiscal-tasks', HqTasks, { ...filter, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export const taskQuery = (hq: Hq, id: string) =>
  queryOptions({
    queryKey: [...hqKeys.tasks, 'one', id],
    queryFn: ({ signal }) => hq.get(`/hq/fiscal-tasks/${id}`, HqTaskDetails, {}, signal),
  });

/** For the filter's choice. */
export const registersQuery = (hq: Hq) =>
  queryOptions({
    queryKey: [...hqKeys.registers, 'list'],
    queryFn: ({ signal }) => hq.get('/fiscal-devices', HqRegisters, {}, signal),
  });

type TaskAct =
  | { readonly act: Exclude<HqTaskAct, 'settle'>; readonly id: string; readonly body: TaskActRequest }
  | { readonly act: 'settle'; readonly id: string; readonly body: SettleTaskRequest };

export function useTaskAct() {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ act, id, body }: TaskAct) => hq.post(`/fiscal-tasks/${id}/${act}`, HqTask, body),
    // Also after a refusal: it says that the page shows what is no more.
    onSettled: () =>
      Promise.all(
        [hqKeys.tasks, hqKeys.registers, hqKeys.summary].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      ),
  });
}
