/** An emulated adapter in an emulated car: TCP as a Wi-Fi adapter speaks it, and HTTP to change car and adapter. */
import type { Socket } from 'node:net';
import { z } from 'zod';
import { type InstrumentPorts, startInstrument } from '../instrument/instrument.ts';
import { parseBody } from '../instrument/json-http.ts';
import { createConversation } from './adapter.ts';
import { ADAPTERS, type AdapterName } from './adapters.ts';
import { CARS, type CarName } from './cars.ts';

const State = z.strictObject({
  car: z.enum(Object.keys(CARS) as [CarName, ...CarName[]]),
  adapter: z.enum(Object.keys(ADAPTERS) as [AdapterName, ...AdapterName[]]),
});
const Change = State.partial();
export type EmulatorState = z.infer<typeof State>;

export interface Emulator extends InstrumentPorts {
  /** Of the control port. */
  readonly url: string;
  set(change: z.infer<typeof Change>): void;
  /** Every command since the start, oldest first. */
  heard(): readonly string[];
  /** How many are connected. */
  listeners(): number;
  stop(): Promise<void>;
}

/** Listens on loopback; port 0 takes a free one. Rejects with the system's error when a port is taken. */
export async function startElm(options: InstrumentPorts & Partial<EmulatorState>): Promise<Emulator> {
  let state: EmulatorState = { car: options.car ?? 'clean', adapter: options.adapter ?? 'honest' };
  const heard: string[] = [];
  const set = ({ car, adapter }: z.infer<typeof Change>) => {
    state = { car: car ?? state.car, adapter: adapter ?? state.adapter };
  };
  const view = () => ({ ...state, cars: Object.keys(CARS), adapters: Object.keys(ADAPTERS), heard });

  const converse = (socket: Socket) => {
    socket.setEncoding('latin1');
    const say = createConversation(
      { car: () => CARS[state.car], adapter: () => ADAPTERS[state.adapter], heard: (command) => heard.push(command) },
      { write: (text) => void socket.write(text, 'latin1'), drop: () => void socket.destroy() },
    );
    let typed = '';
    // One answer after the other, as the chip does.
    let turn = Promise.resolve();
    socket.on('data', (chunk) => {
      typed += String(chunk);
      const lines = typed.split('\r');
      typed = lines.pop() ?? '';
      for (const line of lines) turn = turn.then(() => say(line.trim()));
    });
  };
  const { port, controlPort, url, link, stop } = await startInstrument(options, converse, {
    'GET /state': view,
    'POST /state': (body) => {
      set(parseBody(Change, body));
      return view();
    },
  });
  return { port, controlPort, url, stop, set, heard: () => heard, listeners: () => link.sockets.size };
}
