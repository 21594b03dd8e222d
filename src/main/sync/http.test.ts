import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createSyncHttp } from './http.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function against(answer: (response: ServerResponse) => void) {
  const listening = createServer((_request, response) => answer(response));
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return createSyncHttp({
    serverUrl: () => `http://127.0.0.1:${port}`,
    token: () => Promise.resolve('token'),
    timeoutMs: 50,
  });
}

const envelope = {
  proto: 1,
  schema: 1,
  writer: { deviceId: 'd', incarnation: 1 },
  sentAt: 0,
  nextTicket: 't',
  answeredMid: 0,
};
const UNREACHABLE = { code: 'device.server_unreachable' };

test('a server that never answers is given up', async () => {
  const http = await against(() => undefined);
  await expect(http.push(envelope, [])).rejects.toMatchObject(UNREACHABLE);
});

test('so is one that begins an answer and does not end it', async () => {
  const http = await against((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"epoch":');
  });
  await expect(http.push(envelope, [])).rejects.toMatchObject(UNREACHABLE);
});

test('an answer in words of another program is none', async () => {
  const http = await against((response) => response.end('{"rows":[{}]}'));
  await expect(http.pull({ ...envelope, cursors: {} })).rejects.toMatchObject(UNREACHABLE);
});
