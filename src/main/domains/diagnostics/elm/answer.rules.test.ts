import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type AdapterFault, hexLines, readAnswer } from './answer.rules.ts';

describe('faults are read from the words of every known adapter', () => {
  it.each<[string, AdapterFault]>([
    ['NO DATA', 'no_data'],
    ['NODATA', 'no_data'],
    ['UNABLE TO CONNECT', 'unable_to_connect'],
    ['SEARCHING...\rUNABLE TO CONNECT', 'unable_to_connect'],
    ['SEARCHING...UNABLE TO CONNECT', 'unable_to_connect'],
    ['BUS INIT: ...ERROR', 'bus_init'],
    ['BUS INIT: ERROR', 'bus_init'],
    ['BUS BUSY', 'bus_busy'],
    ['BUS ERROR', 'bus_error'],
    ['FB ERROR', 'bus_error'],
    ['CAN ERROR', 'can_error'],
    ['BUFFER FULL', 'buffer_full'],
    ['DATA ERROR', 'data_error'],
    ['STOPPED', 'stopped'],
    ['?', 'unknown_command'],
    ['LV RESET', 'low_power'],
    ['LP ALERT', 'low_power'],
    ['ERR94', 'internal'],
  ])('%j', (raw, fault) => {
    expect(readAnswer(`${raw}\r\r`, '0100')).toEqual({ lines: [], faults: [fault] });
  });
});

describe('lines', () => {
  it.each<[string, string, string, string[]]>([
    ['plain', '7E8064100BE3EB811\r\r', '0100', ['7E8064100BE3EB811']],
    ['with blanks and line feeds', '7E8 06 41 00\r\n\r\n', '0100', ['7E8064100']],
    ['behind the search, on its line', 'SEARCHING...4100BE3EB811\r', '0100', ['4100BE3EB811']],
    ['behind the start of a slow bus', 'BUS INIT: ...OK\r486B104100BE3EB811FF\r', '0100', ['486B104100BE3EB811FF']],
    ['behind the start, on its line', 'BUS INIT: OK 4100BE\r', '0100', ['4100BE']],
    ['behind an echo', '0100\r4100BE\r', '0100', ['4100BE']],
    ['behind an echo with other blanks', '01 00\r4100BE\r', '0100', ['4100BE']],
    ['only the first echo is one', '03\r03\r', '03', ['03']],
    ['with bytes that nobody sent', '\0\xff4100BE\0\r\x01\x02\r', '0100', ['4100BE']],
    ['numbered ones', '014\r0:490201575030\r1:5A\r', '0902', ['014', '0:490201575030', '1:5A']],
    ['words are no data', 'HELLO\r4100\r', '0100', ['4100']],
  ])('%s', (_name, raw, command, lines) => {
    expect(hexLines(readAnswer(raw, command))).toEqual(lines);
  });
  it('drops a frame whose checksum was wrong, and says so', () => {
    const answer = readAnswer('486B104303010302 <DATA ERROR\r', '03');
    expect(hexLines(answer)).toEqual([]);
    expect(answer.faults).toEqual(['data_error']);
  });
  it('gives data and fault of one answer', () => {
    const answer = readAnswer('7E8100A\rBUFFER FULL\r', '03');
    expect(hexLines(answer)).toEqual(['7E8100A']);
    expect(answer.faults).toEqual(['buffer_full']);
  });
});

test('nothing that a line may bring makes the reader throw, and what it calls data is data', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 6 }), (raw, command) => {
      for (const line of hexLines(readAnswer(raw, command))) expect(line).toMatch(/^([0-9A-F]+|[0-9A-F]:[0-9A-F]*)$/);
    }),
  );
});
