/**
 * A process that takes part in a measurement: it reads commands from its standard input, one JSON a line, and answers
 * each with one line. Peers and ours are driven and weighed by the same lines.
 */
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** What a participant cost so far. */
export interface Weight {
  /** The most memory it ever held (VmHWM); 0 where the kernel does not tell. */
  readonly peakMiB: number;
  /** Memory that it holds now (VmRSS). */
  readonly nowMiB: number;
  /** Processor time, ms. */
  readonly cpuMs: number;
  /** Bytes that its sockets carried, both ways. */
  readonly wireBytes: number;
}

type Handler = (args: never) => unknown;

/** Milliseconds on the machine's monotonic clock, which all its processes share. */
export const instant = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Tells the driver of something it did not ask for. */
export const tell = (event: Readonly<Record<string, unknown>>): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};

/** Serves until the input ends or `close` is commanded. Every participant understands `weigh`. */
export function participate(handlers: Readonly<Record<string, Handler>>): void {
  const wire = countWire();
  const all: Readonly<Record<string, Handler>> = { ...handlers, weigh: () => weigh(wire()) };
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const { id, command, args } = JSON.parse(line) as { id: number; command: string; args: never };
    void (async () => {
      try {
        tell({ id, answer: (await all[command]?.(args)) ?? null });
      } catch (error) {
        tell({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
      if (command === 'close') process.exit(0);
    })();
  });
  lines.on('close', () => process.exit(0));
  tell({ ready: true });
}

function weigh(wireBytes: number): Weight {
  const { user, system } = process.cpuUsage();
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const mib = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024);
  return { peakMiB: mib('VmHWM'), nowMiB: mib('VmRSS'), cpuMs: (user + system) / 1000, wireBytes };
}

/** Counts what outgoing sockets carry, whoever opens them (HTTP, WebSocket, `fetch`). */
function countWire(): () => number {
  const open = new Set<Socket>();
  let closed = 0;
  // oxlint-disable-next-line typescript/unbound-method -- it is called on the socket it came from
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function counted(this: Socket, ...args: Parameters<typeof connect>) {
    open.add(this);
    this.once('close', () => {
      open.delete(this);
      closed += this.bytesRead + this.bytesWritten;
    });
    return connect.apply(this, args);
  } as typeof connect;
  return () => [...open].reduce((sum, socket) => sum + socket.bytesRead + socket.bytesWritten, closed);
}
