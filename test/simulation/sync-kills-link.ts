/**
 * The network between one device and the server: a proxy on loopback that loses, repeats, delays and cuts. It knows
 * requests, not bytes, so that it can pass one on and lose only its answer.
 */
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Seeded } from './seeded.ts';

export const LINK_FAULTS = ['request lost', 'reply lost', 'twice', 'late', 'slow', 'cut short', 'bad gateway'] as const;
export type LinkFault = (typeof LINK_FAULTS)[number];

/** Share of requests that meet each fault. */
export type Mood = Readonly<Record<LinkFault, number>>;
export const CALM: Mood = even(0);
/** Every fault at this share. */
export function even(share: number): Mood {
  return Object.fromEntries(LINK_FAULTS.map((fault) => [fault, share])) as Record<LinkFault, number>;
}

export interface FaultyLink {
  /** What the device takes for its server. */
  readonly url: string;
  readonly counts: Readonly<Record<LinkFault, number>>;
  setMood(mood: Mood): void;
  /** True: nothing gets through and every connection falls, until it is false again. */
  setCut(isCut: boolean): void;
  isCut(): boolean;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const MAX_LATE_MS = 3000;

export async function openLink(serverPort: number, chance: Seeded): Promise<FaultyLink> {
  const agent = new Agent({ keepAlive: true });
  const open = new Set<Socket>();
  const counts = { ...even(0) };
  let mood = CALM;
  let isCut = false;
  const track = (socket: Socket): void => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  };

  const passOn = (asked: IncomingMessage, body: Buffer, signal?: AbortSignal): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method, url: path, headers } = asked;
      const options = { host: '127.0.0.1', port: serverPort, method, path, headers, agent, signal };
      const sent = request(options, (answer) => {
        readAll(answer).then(
          (whole) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: whole }),
          reject,
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const choose = (path: string): LinkFault | undefined => {
    let left = chance.next();
    for (const fault of LINK_FAULTS) {
      left -= mood[fault];
      if (left >= 0) continue;
      // Only what is meant to bear a repetition is repeated; no network repeats by itself.
      if (fault === 'twice' && !path.startsWith('/sync/')) return undefined;
      counts[fault] += 1;
      return fault;
    }
    return undefined;
  };

  const serve = async (asked: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const body = await readAll(asked);
    const fault = choose(asked.url ?? '');
    const hangUp = () => asked.socket.destroy();
    if (fault === 'request lost') return void hangUp();
    if (fault === 'late') {
      hangUp();
      await delay(chance.int(100, MAX_LATE_MS));
      // Whatever it does there, nobody hears of it.
      await passOn(asked, body).catch(() => undefined);
      return;
    }
    if (fault === 'bad gateway') {
      reply.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
      return;
    }
    if (fault === 'slow') await delay(chance.int(100, 1500));
    const gone = new AbortController();
    // A request under way is not taken back by a cut: it may have arrived.
    if (asked.method === 'GET') reply.on('close', () => gone.abort());
    const again = fault === 'twice' ? passOn(asked, body).catch(() => undefined) : undefined;
    const answer = await passOn(asked, body, gone.signal);
    await again;
    if (isCut || fault === 'reply lost') return void hangUp();
    reply.writeHead(answer.status, endToEnd(answer.headers));
    if (fault === 'cut short') reply.write(answer.body.subarray(0, answer.body.length / 2), hangUp);
    else reply.end(answer.body);
  };

  const server = createServer((asked, reply) => {
    serve(asked, reply).catch(() => asked.socket.destroy());
  });
  server.on('connection', (socket) => {
    track(socket);
    if (isCut) socket.destroy();
  });
  server.on('upgrade', (asked, socket: Socket, head: Buffer) => {
    const upstream = connect(serverPort, '127.0.0.1');
    track(upstream);
    const lines = [`${asked.method} ${asked.url} HTTP/1.1`];
    for (let i = 0; i < asked.rawHeaders.length; i += 2)
      lines.push(`${asked.rawHeaders[i]}: ${asked.rawHeaders[i + 1]}`);
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the link has no port');

  const dropAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    counts,
    setMood: (next) => {
      mood = next;
    },
    setCut: (next) => {
      isCut = next;
      if (isCut) dropAll();
    },
    isCut: () => isCut,
    close: async () => {
      dropAll();
      agent.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The body was read whole: its length is known anew. */
const endToEnd = ({ connection: _a, 'transfer-encoding': _b, 'keep-alive': _c, ...headers }: IncomingHttpHeaders) =>
  headers;
