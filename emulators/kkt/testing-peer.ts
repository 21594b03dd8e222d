/** The other end of the wire, as good or as bad as a test wants it. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  type Answer,
  decodeRequest,
  encodeAnswer,
  frameCutter,
  type Param,
  PrivateParam,
  type Request,
} from '#main/domains/fiscal/emulated/wire.ts';

export interface Peer {
  readonly port: number;
  /** Everything that came, greetings included. */
  readonly requests: readonly Request[];
  /** What came beside greetings. */
  methods(): readonly string[];
  /** Since it was started. */
  connections(): number;
  /** Not hung up by either side. */
  standing(): number;
  /** Answers requests from now on; bytes are sent as they are, nothing is silence. */
  answer(reply: (request: Request, socket: Socket) => Partial<Answer> | Buffer | undefined): void;
  /** Says something on every open connection. */
  say(bytes: Buffer): void;
  hangUp(): Promise<void>;
  stop(): Promise<void>;
}

export const VERSION = '10.10.7.3';
export const LAST_DOCUMENT = 7;

export const param = (id: number, value: Pick<Param, 'type' | 'value'>): Param =>
  ({ id, notPrinted: false, ...value }) as Param;

const answerOf = ({ error = 0, text = '', params = [] }: Partial<Answer>): Buffer =>
  encodeAnswer({
    error,
    text,
    params: [...params, param(PrivateParam.LAST_DOCUMENT, { type: 'int', value: LAST_DOCUMENT })],
  });

/** Greets as a register does, and agrees to everything until told otherwise. */
export async function startPeer(): Promise<Peer> {
  const requests: Request[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let reply: Parameters<Peer['answer']>[0] = () => ({});
  const greeting: Partial<Answer> = { params: [param(PrivateParam.VERSION, { type: 'string', value: VERSION })] };

  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const cut = frameCutter((frame) => {
      const request = decodeRequest(frame);
      requests.push(request);
      const said = reply(request, socket);
      if (said === undefined) return;
      if (Buffer.isBuffer(said)) socket.write(said);
      else socket.write(answerOf(request.method === 'hello' ? { ...greeting, ...said } : said));
    });
    socket.on('data', cut);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the peer has no port');
  const hangUp = async (): Promise<void> => {
    await Promise.all(
      [...sockets].map((socket) => {
        const closed = once(socket, 'close');
        socket.destroy();
        return closed;
      }),
    );
  };

  return {
    port: address.port,
    requests,
    methods: () => requests.map(({ method }) => method).filter((method) => method !== 'hello'),
    connections: () => connections,
    standing: () => sockets.size,
    answer(next) {
      reply = next;
    },
    say: (bytes) => {
      for (const socket of sockets) socket.write(bytes);
    },
    hangUp,
    async stop() {
      await hangUp();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An agreeing answer with its length, to be sent out of turn or spoilt. */
export const someAnswer = (): Buffer => answerOf({});
