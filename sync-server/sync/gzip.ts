/** gzip on the wire of sync: a shop's uplink is often thin, and JSON shrinks to a tenth. */
import { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGunzip, gzip } from 'node:zlib';
import type { onSendAsyncHookHandler, preParsingAsyncHookHandler } from 'fastify';

const pack = promisify(gzip);
/** Below this the frame costs more than it saves. */
const MIN_BYTES = 2048;

/** Opens a gzipped body. Fastify counts what comes out against the route's limit, so a bomb stops there. */
export const readGzip: preParsingAsyncHookHandler = async (request, _reply, payload) => {
  if (request.headers['content-encoding'] !== 'gzip') return payload;
  delete request.headers['content-encoding'];
  delete request.headers['content-length'];
  let received = 0;
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      received += chunk.length;
      done(null, chunk);
    },
  });
  const opened = createGunzip();
  payload.once('error', (error) => opened.destroy(error));
  counted.once('error', (error) => opened.destroy(error));
  payload.pipe(counted).pipe(opened);
  return Object.defineProperty(opened, 'receivedEncodedLength', { get: () => received });
};

/** Packs a large reply for a client that takes it. The fastest level: the time is the till's too. */
export const packReply: onSendAsyncHookHandler = async (request, reply, payload) => {
  const accepts = request.headers['accept-encoding'];
  if (typeof payload !== 'string' || payload.length < MIN_BYTES || accepts?.includes('gzip') !== true) return payload;
  reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').removeHeader('content-length');
  return pack(payload, { level: constants.Z_BEST_SPEED });
};
