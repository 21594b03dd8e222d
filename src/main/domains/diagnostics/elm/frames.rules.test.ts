import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { assemble, type FrameFormat, guessFormat, readProtocol } from './frames.rules.ts';

const hex = (bytes: readonly number[]) =>
  bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');

/** ISO 15765-2 as a unit sends it, written here a second time so that reader and sender cannot share a mistake. */
function split(header: string, message: readonly number[]): string[] {
  if (message.length <= 7) return [header + hex([message.length, ...message])];
  const lines = [header + hex([0x10 | (message.length >> 8), message.length & 255, ...message.slice(0, 6)])];
  for (let at = 6, count = 1; at < message.length; at += 7, count += 1) {
    const part = message.slice(at, at + 7);
    lines.push(header + hex([0x20 | (count % 16), ...part, ...Array.from({ length: 7 - part.length }, () => 0x55)]));
  }
  return lines;
}

const Message = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 300 });

describe.each<[FrameFormat, readonly string[], readonly string[]]>([
  ['can11', ['7E8', '7E9', '7EF'], ['7E8', '7E9', '7EF']],
  ['can29', ['18DAF110', '18DAF118', '18DAF17A'], ['10', '18', '7A']],
])('%s', (format, headers, units) => {
  test('messages of three units, interleaved in any way, come out whole', () => {
    fc.assert(
      fc.property(fc.tuple(Message, Message, Message), fc.infiniteStream(fc.nat(2)), (messages, turns) => {
        const queues = messages.map((message, index) => split(headers[index]!, message));
        const lines: string[] = [];
        for (const turn of turns) {
          if (queues.every((queue) => queue.length === 0)) break;
          const line = queues[turn]!.shift();
          if (line !== undefined) lines.push(line);
        }
        const { messages: read, broken } = assemble(lines, format);
        expect(broken).toEqual([]);
        expect(new Map(read.map(({ unit, bytes }) => [unit, bytes]))).toEqual(
          new Map(messages.map((message, index) => [units[index]!, message])),
        );
      }),
    );
  });

  test('a message that lost any of its frames is broken, never shorter', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(255), { minLength: 8, maxLength: 60 }), fc.nat(), (message, which) => {
        const lines = split(headers[0]!, message);
        lines.splice(which % lines.length, 1);
        const { messages, broken } = assemble(lines, format);
        expect(messages).toEqual([]);
        expect(broken).toEqual([units[0]]);
      }),
    );
  });
});

describe('the sample of a Porsche', () => {
  const whole = [0x49, 0x02, 0x01, ...Buffer.from('WP0ZZZ99ZTS390000')];
  it.each<[FrameFormat, string[]]>([
    ['bare', ['014', '0:490201575030', '1:5A5A5A39395A54', '2:53333930303030']],
    ['can11', ['7E81014490201575030', '7E8215A5A5A39395A54', '7E82253333930303030']],
  ])('%s', (format, lines) => {
    expect(assemble(lines, format).messages.map(({ bytes }) => bytes)).toEqual([whole]);
  });
});

describe('older buses', () => {
  it('one line is one message: three bytes in front and one behind are not its', () => {
    expect(assemble(['486B10430133000000000A', '486B1143044200000000FF'], 'legacy').messages).toEqual([
      { unit: '10', bytes: [0x43, 0x01, 0x33, 0, 0, 0, 0] },
      { unit: '11', bytes: [0x43, 0x04, 0x42, 0, 0, 0, 0] },
    ]);
  });
  it('half a line is none', () => {
    expect(assemble(['486B104', '48'], 'legacy').messages).toEqual([]);
  });
});

it.each<[string[], FrameFormat | undefined]>([
  [['7E8064100BE3EB811'], 'can11'],
  [['18DAF1100641 00'.replace(' ', '')], 'can29'],
  [['486B104100BE3EB81100'], 'legacy'],
  [['416B104100BE3EB81100'], 'legacy'],
  [['86F1104100BE3EB81100'], 'legacy'],
  [['4100BE3EB811'], 'bare'],
  [['014', '0:490201575030'], 'bare'],
  [[], undefined],
])('guesses %j as %s', (lines, format) => {
  expect(guessFormat(lines)).toBe(format);
});

it.each([
  ['A6', '6'],
  ['3', '3'],
  ['AA', 'A'],
  ['A', 'A'],
  ['A0', undefined],
  ['0', undefined],
  ['?', undefined],
])('protocol %s is %s', (text, protocol) => {
  expect(readProtocol(text)).toBe(protocol);
});

test('no lines make it throw', () => {
  const Line = fc.stringMatching(/^[0-9A-F]{0,24}$|^[0-9A-F]:[0-9A-F]{0,14}$/);
  fc.assert(
    fc.property(fc.array(Line), fc.constantFrom<FrameFormat>('can11', 'can29', 'legacy', 'bare'), (lines, format) => {
      for (const { bytes } of assemble(lines, format).messages) {
        for (const byte of bytes) expect(byte).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
