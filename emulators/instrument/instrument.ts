/** An emulated instrument: TCP as the real one speaks it, and HTTP to tell it what to be like. */
import type { Socket } from 'node:net';
import { type Routes, startJsonServer } from './json-http.ts';
import { type Link, startLink } from './loopback.ts';

/** Of both ports 0 takes a free one. */
export interface InstrumentPorts {
  readonly port: number;
  readonly controlPort: number;
}

export interface Instrument extends InstrumentPorts {
  /** Where it is told what to be like. */
  readonly url: string;
  readonly link: Link;
  readonly stop: () => Promise<void>;
}

/** Listens on loopback. Rejects with the system's error when a port is taken; nothing is left open then. */
export async function startInstrument(
  { port, controlPort }: InstrumentPorts,
  onSocket: (socket: Socket) => void,
  routes: Routes,
): Promise<Instrument> {
  const link = await startLink(port, onSocket);
  try {
    const control = await startJsonServer(controlPort, routes);
    return {
      port: link.port,
      controlPort: control.port,
      url: `http://127.0.0.1:${control.port}`,
      link,
      stop: async () => {
        await Promise.all([link.stop(), control.stop()]);
      },
    };
  } catch (error) {
    await link.stop();
    throw error;
  }
}
