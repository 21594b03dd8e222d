import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFiscalAgentHttp } from './fiscal.agent-http.ts';

let server: Server;
let serverUrl: string | undefined;
let token: string | undefined;
let asked: string[];
let answer: (response: ServerResponse) => void;
let stopping: AbortController;

beforeEach(async () => {
  asked = [];
  token = 'secret';
  stopping = new AbortController();
  answer = (response) => response.writeHead(204).end();
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    request.resume();
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  serverUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/prefix/`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const http = () =>
  createFiscalAgentHttp({
    endpoint: async () => (serverUrl === undefined || token === undefined ? undefined : { serverUrl, token }),
    signal: stopping.signal,
  });
const answerJson = (status: number, body: unknown) => {
  answer = (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

test('asks for the next task of its register; an empty queue is no task', async () => {
  expect(await http().next('fd 1', 25)).toBeUndefined();
  answerJson(200, { taskId: 't' });
  expect(await http().next('fd 1', 0)).toEqual({ taskId: 't' });
  expect(asked).toEqual([
    'GET /prefix/fiscal-tasks/next?fiscalDeviceId=fd+1&wait=25&journal=true Bearer secret',
    'GET /prefix/fiscal-tasks/next?fiscalDeviceId=fd+1&wait=0&journal=true Bearer secret',
  ]);
});

test('reports at the address of its task', async () => {
  answerJson(200, {});
  await http().status('a/b', { taskId: 'a/b', status: 'in_progress' });
  expect(asked).toEqual(['POST /prefix/fiscal-tasks/a%2Fb/status Bearer secret']);
});

test.each([
  [409, { code: 'fiscal.stale_lease' }, 'fiscal.stale_lease'],
  [502, '<html>', 'device.server_unreachable'],
  [400, { code: 'constructor' }, 'device.server_unreachable'],
])('a refusal %i %j is %s', async (status, body, code) => {
  answerJson(status, body);
  await expect(http().next('fd', 0)).rejects.toMatchObject({ code });
});

test('without a server or a token nothing is sent', async () => {
  token = undefined;
  await expect(http().next('fd', 0)).rejects.toMatchObject({ code: 'device.not_enrolled' });
  token = 'secret';
  serverUrl = undefined;
  await expect(http().next('fd', 0)).rejects.toMatchObject({ code: 'device.not_enrolled' });
  expect(asked).toEqual([]);
});

test('a device that stops does not wait for an answer that the server holds', async () => {
  answer = () => stopping.abort();
  expect(await http().next('fd', 25)).toBeUndefined();
  expect(asked).toHaveLength(1);
});
