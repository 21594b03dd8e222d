/** The paper tape as a page, and the control endpoints, over HTTP on loopback. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import QRCode from 'qrcode';
import { z } from 'zod';
import { BadRequest, parseBody, readJson, refuseForeign } from '../instrument/json-http.ts';
import { closeServer, listenOnLoopback } from '../instrument/loopback.ts';
import { ageShift, type Device, shiftState } from './device.ts';
import { FAULT_POINTS, Fault } from './faults.ts';
import type { Slip } from './tape.ts';
import { wallText } from './wall-time.ts';

export interface PageServer {
  readonly port: number;
  /** Tells the open pages that something besides the tape has changed. */
  touch(): void;
  stop(): Promise<void>;
}

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/page.css', ['page.css', 'text/css; charset=utf-8']],
  ['/page.js', ['page.js', 'text/javascript; charset=utf-8']],
]);
const CLOCK_SHOWN_MS = 10_000;

const slipView = async (slip: Slip): Promise<unknown> => ({
  id: slip.id,
  lines: slip.lines,
  ...(slip.qr === undefined
    ? {}
    : { qr: await QRCode.toString(slip.qr, { type: 'svg', margin: 0, color: { dark: '#2b2926', light: '#0000' } }) }),
});

/** What GET /state answers: the register as a person at it would describe it. */
export function stateView(device: Device): Record<string, unknown> {
  const head = device.store.head();
  const { identity, shift, lastDocument, lastSent, counters, cashMinor, paper, unprinted, ofdOnline } = head;
  return {
    ...identity,
    version: device.version,
    shift: { number: shift.number, state: shiftState(device), receipts: shift.receipts },
    receiptOpen: device.receipt !== undefined,
    lastDocument,
    unsent: lastDocument - lastSent,
    ofdOnline,
    cashMinor,
    counters,
    paper,
    unprinted,
    slipOwed: head.owedSlip !== null,
    clock: { wall: wallText(device.wall()), offsetSeconds: head.clockOffsetMs / 1000 },
    faults: device.faults.list(),
  };
}

const PaperBody = z.strictObject({ present: z.boolean().default(true) });
const OfdBody = z.strictObject({ online: z.boolean() });
/** A year either way: what a battery that died or a hand that slipped makes of a clock. */
const ClockBody = z.strictObject({ offsetSeconds: z.int().min(-31_536_000).max(31_536_000) });

function armFault(device: Device, body: unknown): void {
  const fault = parseBody(Fault, body);
  if (fault.point === 'shift_expired') {
    if (!device.store.head().shift.open) throw new BadRequest(409, 'no shift is open');
    ageShift(device);
  } else if (fault.point === 'kill' && (fault.when ?? 'now') === 'now' && fault.method === undefined) {
    // After the answer has left: the caller should learn that it was heard.
    setImmediate(device.die);
  } else {
    device.faults.arm(fault);
  }
}

/** POST endpoints: what they do to the register. */
const ACTIONS: ReadonlyMap<string, (device: Device, body: unknown) => void> = new Map<
  string,
  (device: Device, body: unknown) => void
>([
  ['/faults', armFault],
  ['/faults/clear', (device) => device.faults.clear()],
  [
    '/paper',
    (device, body) => {
      const { present } = parseBody(PaperBody, body);
      device.store.update((head) => ({ ...head, paper: present }));
    },
  ],
  [
    '/clock',
    (device, body) => {
      const { offsetSeconds } = parseBody(ClockBody, body);
      device.store.update((head) => ({ ...head, clockOffsetMs: offsetSeconds * 1000 }));
    },
  ],
  [
    '/ofd',
    (device, body) => {
      const { online } = parseBody(OfdBody, body);
      device.store.update((head) => ({
        ...head,
        ofdOnline: online,
        lastSent: online ? head.lastDocument : head.lastSent,
      }));
    },
  ],
]);

const tapeText = (slips: readonly Slip[]): string =>
  slips.map((slip) => [...slip.lines, ...(slip.qr === undefined ? [] : [slip.qr])].join('\n')).join('\n\n');

/** Listens on loopback. `port` 0 takes a free one. Rejects with the system's error when the port is taken. */
export async function startPageServer(device: Device, port: number): Promise<PageServer> {
  const streams = new Set<ServerResponse>();
  let ownPort = port;

  const send = (response: ServerResponse, status: number, type: string, body: string): void => {
    response.writeHead(status, {
      'content-type': type,
      'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    response.end(body);
  };
  const sendJson = (response: ServerResponse, value: unknown, status = 200): void =>
    send(response, status, 'application/json; charset=utf-8', JSON.stringify(value));
  const emit = (event: string, value: unknown): void => {
    for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
  };
  const touch = (): void => emit('state', stateView(device));

  const openStream = async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const slips = await Promise.all(device.tape.slips().slice(-40).map(slipView));
    response.write(`event: tape\ndata: ${JSON.stringify(slips)}\n\n`);
    response.write(`event: state\ndata: ${JSON.stringify(stateView(device))}\n\n`);
    streams.add(response);
    response.on('close', () => streams.delete(response));
  };

  const get = async (path: string, query: URLSearchParams, response: ServerResponse): Promise<void> => {
    const file = FILES.get(path);
    if (file !== undefined) {
      return send(response, 200, file[1], readFileSync(join(import.meta.dirname, 'page', file[0]), 'utf8'));
    }
    switch (path) {
      case '/events':
        return openStream(response);
      case '/tape.txt':
        return send(response, 200, 'text/plain; charset=utf-8', tapeText(device.tape.slips()));
      case '/state':
        return sendJson(response, stateView(device));
      case '/faults':
        return sendJson(response, { points: FAULT_POINTS, armed: device.faults.list() });
      case '/documents': {
        const from = parseBody(z.coerce.number().int().min(1), query.get('from') ?? 1);
        return sendJson(response, device.store.documents().slice(from - 1));
      }
      default:
        throw new BadRequest(404, `no ${path} here`);
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    refuseForeign(request, ownPort);
    const { pathname, searchParams } = new URL(request.url ?? '/', `http://127.0.0.1:${ownPort}`);
    if (request.method === 'GET') return get(pathname, searchParams, response);
    const action = request.method === 'POST' ? ACTIONS.get(pathname) : undefined;
    if (action === undefined) throw new BadRequest(405, `${request.method} ${pathname} is not offered`);
    action(device, await readJson(request));
    touch();
    sendJson(response, stateView(device));
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const status = error instanceof BadRequest ? error.status : 500;
      if (response.headersSent) response.destroy();
      else sendJson(response, { error: error instanceof Error ? error.message : String(error) }, status);
    });
  });
  ownPort = await listenOnLoopback(server, port);

  // The clock goes on while nothing happens.
  const clock = setInterval(touch, CLOCK_SHOWN_MS).unref();
  const unsubscribe = device.tape.onPrint((slip) => {
    void slipView(slip).then((view) => emit('slip', view));
  });
  return {
    port: ownPort,
    touch,
    async stop() {
      unsubscribe();
      clearInterval(clock);
      for (const stream of streams) stream.destroy();
      server.closeAllConnections();
      await closeServer(server);
    },
  };
}
