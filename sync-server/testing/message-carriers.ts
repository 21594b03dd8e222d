/** Those who carry messages, on loopback: they answer as told and keep what they got. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server that answers as told and keeps what it took. */
export async function startSmtp(
  answer: () => 'take' | 'busy' | 'no_such_user' | 'die_after_data' = () => 'take',
  /** Said to everybody who names a password. */
  refusal?: string,
) {
  const taken: Buffer[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (_auth, _session, done) => done(new Error(refusal ?? 'no passwords here')),
    onRcptTo: (_address, _session, done) => {
      const how = answer();
      if (how === 'no_such_user') return done(Object.assign(new Error('no such user'), { responseCode: 550 }));
      if (how === 'busy') return done(Object.assign(new Error('try later'), { responseCode: 451 }));
      done();
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        taken.push(Buffer.concat(parts));
        // The connection breaks when the letter is here and its answer is not there.
        if (answer() === 'die_after_data') server.connections.forEach((one) => one.close());
        else done();
        void session;
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { taken, port: (server.server.address() as AddressInfo).port, stop };
}

interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}
/** A provider over HTTP that answers as told and keeps what it was asked. */
export async function startProvider(
  answer: (asked: Asked) => { status: number; body?: unknown; headers?: Record<string, string> },
) {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one = {
        url: request.url ?? '',
        authorization: request.headers.authorization,
        body: Buffer.concat(parts).toString(),
      };
      asked.push(one);
      const { status, body, headers: given } = answer(one);
      response.writeHead(status, { 'content-type': 'application/json', ...given });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
