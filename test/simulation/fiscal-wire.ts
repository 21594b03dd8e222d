/**
 * The cable between a device and its register: sees every call of the driver go and come, and breaks where it is told.
 * A device that died has a dead cable: nothing that it might still do reaches the register.
 */
import { connect, createServer, type Socket } from 'node:net';
import { frameCutter } from '#main/domains/fiscal/emulated/wire.ts';
import type { Moment } from './fiscal-plan.ts';

type CallMoment = Extract<Moment, { kind: 'call' }>;

export interface Wire {
  readonly port: number;
  /** Calls back at the moment, once, before the call goes on; it does not when the wire is broken by then. The answer forgets it. */
  watch(moment: CallMoment, strike: () => void): () => void;
  /** Pulls the plug out and in again. */
  cut(): void;
  /** Out: whoever connects is refused. In: at the port that it had. */
  setPlugged(plugged: boolean): Promise<void>;
  /** For ever. */
  kill(): void;
}

interface Watched {
  readonly moment: CallMoment;
  readonly strike: () => void;
  left: number;
}

const methodOf = (frame: Buffer): string => frame.toString('latin1', 1, 1 + frame.readUInt8(0));

function withLength(frame: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(frame.length);
  return Buffer.concat([head, frame]);
}

/** @param registerPort asked at each connection */
export async function openWire(registerPort: () => number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let watched: Watched[] = [];
  let isDead = false;

  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  /** True when the moment has come and whoever watches it has broken the link. */
  const isBroken = (at: CallMoment['at'], method: string, client: Socket): boolean => {
    const struck = watched.filter(({ moment }) => moment.at === at && (moment.method ?? method) === method);
    for (const each of struck) each.left -= 1;
    const due = struck.filter(({ left }) => left === 0);
    watched = watched.filter((each) => !due.includes(each));
    for (const { strike } of due) strike();
    return client.destroyed;
  };

  const server = createServer((client) => {
    keep(client);
    const register = connect(registerPort(), '127.0.0.1');
    keep(register);
    register.on('close', () => client.destroy());
    client.on('close', () => register.destroy());
    const asked: string[] = [];
    client.on(
      'data',
      frameCutter((frame) => {
        const method = methodOf(frame);
        if (isBroken('request', method, client)) return;
        asked.push(method);
        // The bytes must be on their way before the link goes: the register obeys whoever has gone.
        register.write(withLength(frame), () => isBroken('sent', method, client));
      }),
    );
    register.on(
      'data',
      frameCutter((frame) => {
        if (!isBroken('answer', asked.shift() ?? '', client)) client.write(withLength(frame));
      }),
    );
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the wire has no port');
  const { port } = address;
  return {
    port,
    watch: (moment, strike) => {
      const each = { moment, strike, left: moment.nth };
      watched.push(each);
      return () => {
        watched = watched.filter((one) => one !== each);
      };
    },
    cut,
    async setPlugged(plugged) {
      if (plugged) return listen(port);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
    kill() {
      if (isDead) return;
      isDead = true;
      cut();
      server.close();
    },
  };
}
