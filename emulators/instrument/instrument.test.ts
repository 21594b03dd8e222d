import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startInstrument } from './instrument.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';

const silent = () => undefined;

test('a control port that is taken leaves the other one free', async () => {
  const taken = createServer();
  const controlPort = await listenOnLoopback(taken, 0);
  const free = createServer();
  const port = await listenOnLoopback(free, 0);
  await closeServer(free);
  await expect(startInstrument({ port, controlPort }, silent, {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const again = createServer();
  expect(await listenOnLoopback(again, port)).toBe((again.address() as AddressInfo).port);
  await Promise.all([closeServer(again), closeServer(taken)]);
});

test('a page of a foreign site changes nothing, whatever name it resolves to loopback', async () => {
  const instrument = await startInstrument({ port: 0, controlPort: 0 }, silent, { 'GET /state': () => ({ on: true }) });
  const statusFor = async (headers: Readonly<Record<string, string>>) => {
    const [response] = (await once(get(`${instrument.url}/state`, { headers }), 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  expect(await statusFor({})).toBe(200);
  expect(await statusFor({ host: `evil.example:${instrument.controlPort}` })).toBe(403);
  expect(await statusFor({ origin: 'http://evil.example' })).toBe(403);
  expect((await fetch(`${instrument.url}/nowhere`)).status).toBe(404);
  await instrument.stop();
});
