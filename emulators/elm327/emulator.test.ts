import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { CARS } from './cars.ts';
import { type Emulator, startElm } from './emulator.ts';
import { linesOf } from './wire.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startElm({ port: 0, controlPort: 0 });
});
afterEach(() => emulator.stop());

/** Types commands one after the other as a person at a terminal would, and gives what came back for each. */
async function type(...commands: string[]): Promise<string[]> {
  const socket = connect(emulator.port, '127.0.0.1').setEncoding('latin1');
  const answers: string[] = [];
  let said = '';
  for (const command of commands) {
    said = '';
    socket.write(`${command}\r`);
    for await (const text of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
      said += text;
      if (said.includes('>')) break;
    }
    answers.push(said);
  }
  socket.destroy();
  return answers;
}

describe('at a terminal', () => {
  it('echoes and sets blanks and line feeds until it is told not to', async () => {
    expect(await type('ATI', 'ATE0', 'ATL0', 'ATS0', 'ATI')).toEqual([
      'ATI\r\nELM327 v2.2\r\n\r\n>',
      'ATE0\r\nOK\r\n\r\n>',
      'OK\r\r>',
      'OK\r\r>',
      'ELM327 v2.2\r\r>',
    ]);
  });
  it('searches once, then knows the protocol', async () => {
    const [, , first, number, second] = await type('ATE0', 'ATL0', '0100', 'ATDPN', '0100');
    expect(first).toBe('SEARCHING...\r41 00 BE 3E B8 11\r\r>');
    expect(number).toBe('A6\r\r>');
    expect(second).toBe('41 00 BE 3E B8 11\r\r>');
  });
  it('does not know what it does not know', async () => {
    expect((await type('ATE0', 'ATXYZ', 'hello')).slice(1)).toEqual(['?\r\n\r\n>', '?\r\n\r\n>']);
  });
});

describe('by HTTP', () => {
  const post = (body: string, type = 'application/json') =>
    fetch(`http://127.0.0.1:${emulator.controlPort}/state`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
  it('changes car and adapter, with effect from the next command', async () => {
    expect((await post('{"car":"ignition_off","adapter":"clone"}')).status).toBe(200);
    expect(await type('ATI', '0100')).toEqual([
      'ATI\r\nELM327 v1.5\r\n\r\n>',
      '0100\r\nSEARCHING...\r\nUNABLE TO CONNECT\r\n\r\n>',
    ]);
    const state: unknown = await (await fetch(`http://127.0.0.1:${emulator.controlPort}/state`)).json();
    expect(state).toMatchObject({ car: 'ignition_off', adapter: 'clone', heard: ['ATI', '0100'] });
  });
  it.each([
    ['{"car":"tank"}', 'application/json', 400],
    ['{', 'application/json', 400],
    ['{"car":"clean"}', 'text/plain', 415],
    [`"${'x'.repeat(20_000)}"`, 'application/json', 413],
  ])('refuses %.20s as %s', async (body, type, status) => {
    expect((await post(body, type)).status).toBe(status);
  });
});

test('no CAN frame is longer than eight bytes, whichever car', () => {
  for (const car of Object.values(CARS)) {
    for (const request of ['0100', '0101', '0902', '03', '07', '0A']) {
      for (const line of linesOf(car, request, { headers: true })) {
        const header = car.protocol === '6' || car.protocol === '8' ? 1 : Number(car.protocol) >= 6 ? 4 : 3;
        expect(line.length - header, line.join(' ')).toBeLessThanOrEqual(8);
      }
    }
  }
});

test.each([
  ['--car', 'tank'],
  ['--adapter', 'none'],
  ['--port', '99999'],
  ['--colour', 'red'],
])('the program refuses %s %s with one line and exit code 2', (...args) => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
