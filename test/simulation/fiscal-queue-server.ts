/**
 * The server's half of the fiscal contract as a device meets it: `next` with a lease that it gives out again and again
 * until it has heard the end, and `status`. Everything else of the server is away, as on a bad day.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { WireFiscalStatus, type WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import type { MyRegister } from '#shared/hq/fiscal.api.ts';
import { FISCAL_DEVICE_ID } from './fiscal-plan.ts';

export interface QueueServer {
  post(task: WireFiscalTask): void;
  /** What it heard of a task, in order. */
  heard(taskId: string): readonly WireFiscalStatus[];
  /** A door of its own for one life of a device: a dead device has no network. */
  open(): Promise<Door>;
}

export interface Door {
  readonly url: string;
  close(): void;
}

const isEnd = ({ status }: WireFiscalStatus): boolean => status === 'done' || status === 'error';

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

export function createQueueServer(): QueueServer {
  const tasks = new Map<string, WireFiscalTask>();
  const heard = new Map<string, WireFiscalStatus[]>();
  const waiting = new Set<() => void>();
  const statusesOf = (id: string): WireFiscalStatus[] => heard.get(id) ?? [];
  /** A lease that ran out is given out again: a device that has the task already must not print it anew. */
  const nextTask = (): WireFiscalTask | undefined =>
    [...tasks.values()].find(({ taskId }) => !statusesOf(taskId).some(isEnd) && !isLeased(taskId));
  const leases = new Map<string, number>();
  const isLeased = (id: string): boolean => (leases.get(id) ?? 0) > Date.now();

  const next = (response: ServerResponse, waitSeconds: number): void => {
    const task = nextTask();
    if (task !== undefined) {
      leases.set(task.taskId, Date.now() + LEASE_MS);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(task));
      return;
    }
    if (waitSeconds === 0) {
      response.writeHead(204).end();
      return;
    }
    const wake = (): void => {
      waiting.delete(wake);
      if (!response.destroyed) next(response, 0);
    };
    waiting.add(wake);
    setTimeout(wake, LEASE_MS).unref();
    response.on('close', () => waiting.delete(wake));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://queue');
    if (request.method === 'GET' && url.pathname === '/fiscal-tasks/next') {
      return next(response, Number(url.searchParams.get('wait') ?? 0));
    }
    if (url.pathname === '/fiscal-devices/mine') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(MINE));
      return;
    }
    const [, , id, verb] = url.pathname.split('/');
    if (request.method === 'POST' && verb === 'status' && id !== undefined) {
      const body = WireFiscalStatus.parse(await readBody(request));
      heard.set(id, [...statusesOf(id), body]);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    response.writeHead(503, { 'content-type': 'application/json' }).end('{}');
  };

  return {
    post(task) {
      tasks.set(task.taskId, task);
      for (const wake of waiting) wake();
    },
    heard: statusesOf,
    async open() {
      const server = createServer((request, response) => {
        answer(request, response).catch(() => response.destroy());
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('the server has no port');
      return {
        url: `http://127.0.0.1:${address.port}`,
        close() {
          server.closeAllConnections();
          server.close();
        },
      };
    },
  };
}

const LEASE_MS = 300;
const MINE: MyRegister = {
  fiscalDeviceId: FISCAL_DEVICE_ID,
  name: 'Касса 1',
  // The device's own setting wins over it.
  kkt: { ip: '127.0.0.1', port: 9 },
  operator: { name: 'Кассир Иванов И.' },
  taxationSystem: 'osn',
};
