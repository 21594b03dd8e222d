/** The register's TCP port: frames in, one command at a time whoever asks, frames out. */
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Answer,
  decodeRequest,
  encodeAnswer,
  frameCutter,
  PrivateParam,
  type Request,
} from '#main/domains/fiscal/emulated/wire.ts';
import { DriverError } from '#main/domains/fiscal/fptr/constants.ts';
import { startLink } from '../instrument/loopback.ts';
import { commandOf } from './commands/commands.ts';
import type { Device } from './device.ts';
import { KktError, LinkDropped } from './kkt-error.ts';
import { inputsOf, newOutputs, type Outputs } from './params.ts';

export interface DriverServer {
  readonly port: number;
  /** Hangs up on everybody and stops listening. */
  stop(): Promise<void>;
}

/** A command that the register was asked for; for whoever watches it. */
export interface Served {
  readonly method: string;
  readonly error: number;
}

/** The link is opened: nobody is logged in yet. */
function greet(device: Device, out: Outputs): void {
  if (device.faults.take('port_busy', 'hello')) throw new KktError(DriverError.PORT_BUSY);
  device.operator = undefined;
  out.text(PrivateParam.VERSION, device.version);
}

function obey(device: Device, { method, params }: Request, out: Outputs): void {
  if (device.faults.take('kill', method, 'now') !== undefined) {
    device.die();
    throw new LinkDropped('the register died');
  }
  if (method === 'hello') return greet(device, out);
  const command = commandOf(method);
  if (command === undefined) throw new KktError(DriverError.NOT_SUPPORTED);
  command(device, inputsOf(params), out, method);
}

/** The answer, or nothing when a fault took the link. Faults of our own become error 6, as a broken device's would. */
function answerTo(device: Device, request: Request): Answer | undefined {
  const out = newOutputs();
  const end = (error: number, text: string): Answer => {
    out.int(PrivateParam.LAST_DOCUMENT, device.store.head().lastDocument);
    return { error, text, params: out.params };
  };
  try {
    obey(device, request, out);
    return end(0, 'Ошибок нет');
  } catch (error) {
    if (error instanceof LinkDropped) return undefined;
    if (error instanceof KktError) return end(error.code, error.message);
    return end(DriverError.INTERNAL, `Непредвиденная ошибка: ${String(error)}`);
  }
}

/** Listens on loopback. `port` 0 takes a free one. Rejects with the system's error when the port is taken. */
export async function startDriverServer(
  device: Device,
  port: number,
  onServed: (served: Served) => void,
): Promise<DriverServer> {
  const stopping = new AbortController();
  let turn = Promise.resolve();

  const hang = async (method: string, when: 'before' | 'after'): Promise<void> => {
    const fault = device.faults.take('hang', method, when);
    if (fault !== undefined) await delay(fault.seconds * 1000, undefined, { signal: stopping.signal });
  };

  /** Obeyed even when the asker has gone meanwhile: a device does not notice that either. */
  const serve = async (socket: Socket, frame: Buffer): Promise<void> => {
    if (stopping.signal.aborted) return;
    const request = decodeRequest(frame);
    await hang(request.method, 'before');
    const answer = answerTo(device, request);
    await hang(request.method, 'after');
    onServed({ method: request.method, error: answer?.error ?? -1 });
    if (answer === undefined) socket.destroy();
    else if (!socket.destroyed) socket.write(encodeAnswer(answer));
  };

  const link = await startLink(port, (socket) => {
    socket.setNoDelay(true);
    const cut = frameCutter((frame) => {
      turn = turn
        .then(() => serve(socket, frame))
        .catch(() => {
          // A frame that cannot be read, or a hang ended by stop(): in both cases there is nobody to answer to.
          socket.destroy();
        });
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        cut(chunk);
      } catch {
        socket.destroy();
      }
    });
  });

  return {
    port: link.port,
    async stop() {
      stopping.abort();
      await link.stop();
      await turn;
    },
  };
}
