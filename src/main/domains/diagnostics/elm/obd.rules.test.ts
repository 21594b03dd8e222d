import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DtcCode } from '#shared/diagnostics/diagnostics.schema.ts';
import { identifyAdapter, isInCar, readVoltage } from './adapter.rules.ts';
import { isRefused, readCode, readCodes, readStatus, readVin } from './obd.rules.ts';

const of = (...bytes: number[]) => ({ unit: '7E8', bytes });

describe('codes', () => {
  it.each([
    [0x01, 0x33, 'P0133'],
    [0x13, 0x45, 'P1345'],
    [0x2a, 0x00, 'P2A00'],
    [0x41, 0x23, 'C0123'],
    [0x83, 0x05, 'B0305'],
    [0xc1, 0x00, 'U0100'],
    [0xff, 0xff, 'U3FFF'],
    [0x00, 0x00, undefined],
  ])('%i %i is %s', (high, low, code) => {
    expect(readCode(high, low)).toBe(code);
  });
  test('every two bytes are a code of their own, but zeros', () => {
    const all = Array.from({ length: 65_535 }, (_, value) => readCode((value + 1) >> 8, (value + 1) & 255));
    expect(new Set(all).size).toBe(65_535);
    fc.assert(fc.property(fc.constantFrom(...all), (code) => DtcCode.safeParse(code).success));
  });
  it('reads as many as the count says on CAN, and no padding behind them', () => {
    expect(readCodes([of(0x43, 2, 1, 0x33, 1, 0x71, 0xaa, 0xaa)], 3, true)).toEqual(
      new Map([['7E8', ['P0133', 'P0171']]]),
    );
  });
  it('believes the data when the count promises more', () => {
    expect(readCodes([of(0x43, 9, 1, 0x33)], 3, true).get('7E8')).toEqual(['P0133']);
  });
  it('a unit with nothing to tell has been heard', () => {
    expect(readCodes([of(0x43, 0)], 3, true)).toEqual(new Map([['7E8', []]]));
  });
  it('joins frames of three on older buses, and drops what repeats', () => {
    const frames = [of(0x43, 1, 2, 1, 0x13, 3, 0x35), of(0x43, 5, 5, 0, 0, 0, 0), of(0x43, 5, 5, 0, 0, 0, 0)];
    expect(readCodes(frames, 3, false).get('7E8')).toEqual(['P0102', 'P0113', 'P0335', 'P0505']);
  });
  it('leaves the answer of another service alone', () => {
    expect(readCodes([of(0x47, 1, 1, 0x33)], 3, true).size).toBe(0);
  });
});

describe('refusals', () => {
  it.each<[number[][], boolean]>([
    [[[0x7f, 0x0a, 0x11]], true],
    [[[0x7f, 0x0a, 0x78]], false],
    [
      [
        [0x7f, 0x0a, 0x78],
        [0x4a, 0],
      ],
      false,
    ],
    [
      [
        [0x7f, 0x0a, 0x11],
        [0x4a, 0],
      ],
      false,
    ],
    [[], false],
  ])('%j', (messages, refused) => {
    expect(
      isRefused(
        messages.map((bytes) => of(...bytes)),
        0x0a,
      ),
    ).toBe(refused);
  });
});

describe('VIN', () => {
  const vin = 'WP0ZZZ99ZTS390000';
  const chars = [...Buffer.from(vin)];
  it('of one message', () => {
    expect(readVin([of(0x49, 2, 1, ...chars)])).toBe(vin);
  });
  it('of five numbered ones in any order', () => {
    const padded = [0, 0, 0, ...chars];
    const parts = [4, 2, 1, 5, 3].map((at) => of(0x49, 2, at, ...padded.slice((at - 1) * 4, at * 4)));
    expect(readVin(parts)).toBe(vin);
    expect(readVin(parts.slice(1))).toBeUndefined();
  });
  it('is none when it holds what no VIN may', () => {
    expect(readVin([of(0x49, 2, 1, ...Buffer.from('WP0ZZZ99ZTO390000'))])).toBeUndefined();
  });
  it('comes from whichever unit knows it', () => {
    expect(readVin([of(0x49, 2, 1, ...chars.map(() => 0)), { unit: '7E9', bytes: [0x49, 2, 1, ...chars] }])).toBe(vin);
  });
});

describe('status', () => {
  it('reads the lamp and the checks of a petrol car', () => {
    expect(readStatus([of(0x41, 1, 0x82, 0x07, 0x65, 0x04)])).toEqual({
      lampOn: true,
      ready: ['misfire', 'fuel_system', 'components', 'catalyst', 'oxygen_sensor', 'oxygen_heater'],
      notReady: ['evaporation'],
    });
  });
  it('reads those of a diesel', () => {
    const status = readStatus([of(0x41, 1, 0, 0x0b, 0x48, 0x40)]);
    expect(status).toEqual({
      lampOn: false,
      ready: ['misfire', 'fuel_system', 'boost'],
      notReady: ['particulate_filter'],
    });
  });
  it('a check that one unit has open is open, a lamp that one lights is on', () => {
    const units = [of(0x41, 1, 0, 1, 0, 0), { unit: '7E9', bytes: [0x41, 1, 0x80, 0x11, 0, 0] }];
    expect(readStatus(units)).toEqual({ lampOn: true, ready: [], notReady: ['misfire'] });
  });
  it('is none of half an answer', () => {
    expect(readStatus([of(0x41, 1, 0x80)])).toBeUndefined();
  });
});

describe('adapter', () => {
  it.each<[string[], string | undefined, boolean]>([
    [['ELM327 v1.5'], 'ELM327 v1.5', true],
    [['ELM327 v2.2'], 'ELM327 v2.2', false],
    [['', 'ELM327 v1.4b'], 'ELM327 v1.4b', false],
    [['ATZ', 'OBDII to RS232', 'ELM327 v2.1'], 'OBDII', false],
    [['STN1110 v4.0.1'], 'STN1110 v4.0', false],
    [['HTTP/1.1 400 Bad Request'], undefined, false],
    [[], undefined, false],
  ])('%j', (said, name, isClone) => {
    const identity = identifyAdapter(said);
    expect(identity?.name).toBe(name);
    expect(identity?.isClone ?? false).toBe(isClone);
  });
  it.each([
    [['12.3V'], 12_300, true],
    [['12.34'], 12_340, true],
    [['0.3V'], 300, false],
    [['?'], undefined, true],
    [[], undefined, true],
  ])('voltage of %j', (lines, milli, inCar) => {
    expect(readVoltage(lines)).toBe(milli);
    expect(isInCar(milli)).toBe(inCar);
  });
});
