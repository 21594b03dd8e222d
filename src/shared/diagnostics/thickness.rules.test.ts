import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { LANGUAGES } from '../visits/visits.schema.ts';
import { areNorms, DEFAULT_NORMS, judge, nextZone, summarise, type Verdict } from './thickness.rules.ts';
import { BODIES, type ThicknessReading, type ThicknessValue } from './thickness.schema.ts';
import { type Point, shapeOf, zoneName, zonesOf } from './thickness-zones.ts';

const read = (zone: string, value: ThicknessValue): ThicknessReading => ({ zone, value, source: 'hand', at: 0 });

it.each<[ThicknessValue, Verdict]>([
  [0, 'thin'],
  [79, 'thin'],
  [80, 'factory'],
  [160, 'factory'],
  [161, 'repainted'],
  [300, 'repainted'],
  [301, 'filler'],
  [5000, 'filler'],
  ['unreadable', 'unreadable'],
])('%s µm is %s', (value, verdict) => {
  expect(judge(value, DEFAULT_NORMS)).toBe(verdict);
});

it('norms that overlap are none', () => {
  expect(areNorms(DEFAULT_NORMS)).toBe(true);
  expect(areNorms({ factoryFrom: 160, factoryTo: 160, repaintTo: 300 })).toBe(false);
  expect(areNorms({ factoryFrom: 80, factoryTo: 300, repaintTo: 160 })).toBe(false);
});

it('K-51 a sedan has 40 zones and a minivan 60', () => {
  expect(zonesOf('sedan')).toHaveLength(40);
  expect(zonesOf('minivan')).toHaveLength(60);
});

/** Twice the area, by the shoelace; its sign tells the direction. */
const area = (polygon: readonly Point[]) =>
  polygon.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = polygon[(index + 1) % polygon.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);

describe.each(BODIES)('%s', (body) => {
  const { width, height } = shapeOf(body);
  const zones = zonesOf(body);
  it('has each zone once, inside the drawing, large enough for a finger to find', () => {
    expect(new Set(zones.map(({ id }) => id)).size).toBe(zones.length);
    for (const { id, polygon } of zones) {
      expect(Math.abs(area(polygon)) / 2, id).toBeGreaterThan(500);
      for (const [x, y] of polygon) expect(x > 0 && x < width && y > 0 && y < height, id).toBe(true);
    }
  });
  it('names each zone as no other, in every language', () => {
    for (const language of LANGUAGES) {
      const all = zones.map(({ id }) => zoneName(body, id, language));
      expect(all.every((name) => name !== undefined && name.length > 2)).toBe(true);
      expect(new Set(all).size, `${language}: ${all.join(' | ')}`).toBe(zones.length);
    }
  });
  it('has the sides as mirror images', () => {
    const left = zones.filter(({ id }) => id.startsWith('left_'));
    expect(left).toHaveLength(zones.filter(({ id }) => id.startsWith('right_')).length);
    for (const { polygon } of left) {
      const mirrored = polygon.map(([x, y]) => `${Math.round((width - x) * 10) / 10},${y}`).toSorted();
      expect(zones.some((zone) => zone.polygon.map(String).toSorted().join() === mirrored.join())).toBe(true);
    }
  });
  it('is complete only when every zone was visited', () => {
    const all = zones.map(({ id }) => read(id, 120));
    expect(summarise(body, all, DEFAULT_NORMS)).toMatchObject({ measured: zones.length, missing: [], suspicious: [] });
    const partly = summarise(body, all.slice(1), DEFAULT_NORMS);
    expect(partly.missing).toEqual([zones[0]!.id]);
  });
  it('leads through all zones, each once, from wherever one begins', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones.map(({ id }) => id)), (first) => {
        const readings = [read(first, 100)];
        let at: string | undefined = first;
        while ((at = nextZone(body, readings, at)) !== undefined) readings.push(read(at, 100));
        expect(readings).toHaveLength(zones.length);
      }),
      { numRuns: 20 },
    );
  });
});

test('a summary counts by verdict, keeps the later of two, and ignores zones of another body', () => {
  const readings = [
    read('bonnet_1', 500),
    read('bonnet_1', 100),
    read('bonnet_2', 250),
    read('bonnet_3', 900),
    read('bonnet_4', 'unreadable'),
    read('tailgate_1', 100),
  ];
  expect(summarise('sedan', readings, DEFAULT_NORMS)).toMatchObject({
    zones: 40,
    measured: 3,
    counts: { thin: 0, factory: 1, repainted: 1, filler: 1, unreadable: 1 },
    medianMicrometres: 250,
    suspicious: [{ zone: 'bonnet_3' }, { zone: 'bonnet_2' }],
  });
  expect(summarise('sedan', [], DEFAULT_NORMS).medianMicrometres).toBeUndefined();
});

it.each([
  ['bonnet_1', 'Капот, спереди слева'],
  ['left_front_door_1', 'Передняя дверь, левый борт, спереди'],
  ['right_sill_1', 'Порог, правый борт'],
  ['roof_5', 'Крыша, сзади в центре'],
])('%s is called %s', (id, name) => {
  expect(zoneName('sedan', id, 'ru')).toBe(name);
});
it('left and right, high and low are where they are on the car', () => {
  expect(zoneName('minivan', 'left_front_door_1', 'en')).toBe('Front door, left side, front bottom');
  expect(zoneName('minivan', 'right_front_door_1', 'en')).toBe('Front door, right side, front top');
  expect(zoneName('minivan', 'tailgate_5', 'en')).toBe('Tailgate, right');
  expect(zoneName('sedan', 'tailgate_5', 'en')).toBeUndefined();
});
