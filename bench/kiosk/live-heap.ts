/**
 * What is alive in the heap of another Node process, which opens its inspector when a signal asks for it. What the system
 * counts for a process also holds what is garbage already, and that comes and goes by the ten megabytes.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { until } from '../../scripts/processes.ts';

export interface LiveHeap {
  /** Bytes, after a collection of everything. */
  read(): Promise<number>;
  close(): void;
}

/** Where the inspector of a process may be told to open. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a server of TCP has an address of TCP');
  return address.port;
}

/** @param port where the process was told to open its inspector: `NODE_OPTIONS=--inspect-port=` */
export async function watchLiveHeap(pid: number, port: number): Promise<LiveHeap> {
  process.kill(pid, 'SIGUSR1');
  const url = await until('the inspector', () => addressAt(port));
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let count = 0;
  const asked = new Map<number, (result: Readonly<Record<string, unknown>>) => void>();
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { readonly id?: number; readonly result?: object };
    if (id !== undefined) asked.get(id)?.({ ...result });
  };
  const call = (method: string) => {
    count += 1;
    socket.send(JSON.stringify({ id: count, method }));
    return new Promise<Readonly<Record<string, unknown>>>((resolve) => asked.set(count, resolve));
  };
  return {
    read: async () => {
      await call('HeapProfiler.collectGarbage');
      return Number((await call('Runtime.getHeapUsage'))['usedSize']);
    },
    close: () => socket.close(),
  };
}

async function addressAt(port: number): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/json`).catch(() => undefined);
  const [target] = ((await answer?.json()) ?? []) as readonly { readonly webSocketDebuggerUrl: string }[];
  return target?.webSocketDebuggerUrl;
}
