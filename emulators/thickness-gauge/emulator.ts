/**
 * An emulated thickness gauge: it speaks by itself over TCP, `T 118 FE`, and is told by HTTP where its probe was put.
 * The lines are described in `src/main/domains/diagnostics/gauge.rules.ts`.
 */
import { z } from 'zod';
import { type InstrumentPorts, startInstrument } from '../instrument/instrument.ts';
import { parseBody } from '../instrument/json-http.ts';

const Probe = z.strictObject({
  /** Null: no metal under the probe. */
  micrometres: z.int().min(0).max(5000).nullable(),
  metal: z.enum(['FE', 'AL']).default('FE'),
});

export interface GaugeEmulator extends InstrumentPorts {
  /** Of the control port. */
  readonly url: string;
  /** Puts the probe somewhere; everybody who listens hears of it. */
  probe(micrometres: number | null): void;
  /** Sends a line as it is. */
  say(line: string): void;
  /** Drops every link, as a flat battery does. */
  drop(): void;
  listeners(): number;
  stop(): Promise<void>;
}

/** Listens on loopback; port 0 takes a free one. */
export async function startGauge(ports: InstrumentPorts): Promise<GaugeEmulator> {
  const { port, controlPort, url, link, stop } = await startInstrument(
    ports,
    (socket) => void socket.write('B 87\r\n'),
    {
      'POST /probe': (body) => {
        const { micrometres, metal } = parseBody(Probe, body);
        probe(micrometres, metal);
        return { listeners: link.sockets.size };
      },
    },
  );
  const say = (line: string) => {
    for (const socket of link.sockets) socket.write(`${line}\r\n`);
  };
  const probe = (micrometres: number | null, metal = 'FE') =>
    say(micrometres === null ? 'T -- --' : `T ${micrometres} ${metal}`);
  return { port, controlPort, url, stop, probe, say, drop: link.drop, listeners: () => link.sockets.size };
}
