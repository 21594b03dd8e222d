/** What a thickness means, and what a body of them means together. */
import {
  type Body,
  type ThicknessNorms,
  type ThicknessReading,
  type ThicknessValue,
  UNREADABLE,
} from './thickness.schema.ts';
import { zonesOf } from './thickness-zones.ts';

/** Thin: polished through or bare. Repainted: a second coat. Filler: putty under the paint. */
export const VERDICTS = ['thin', 'factory', 'repainted', 'filler', 'unreadable'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const DEFAULT_NORMS: ThicknessNorms = { factoryFrom: 80, factoryTo: 160, repaintTo: 300 };

/** Are the bounds in their order? */
export const areNorms = ({ factoryFrom, factoryTo, repaintTo }: ThicknessNorms): boolean =>
  factoryFrom < factoryTo && factoryTo < repaintTo;

/** Bounds belong to the better side: exactly `factoryTo` is still from the factory. */
export function judge(value: ThicknessValue, norms: ThicknessNorms): Verdict {
  if (value === UNREADABLE) return 'unreadable';
  if (value < norms.factoryFrom) return 'thin';
  if (value <= norms.factoryTo) return 'factory';
  return value <= norms.repaintTo ? 'repainted' : 'filler';
}

export interface ThicknessSummary {
  readonly zones: number;
  /** Zones with a number. */
  readonly measured: number;
  /** Zones that nobody has been to: with any of these the result is incomplete, and says so. */
  readonly missing: readonly string[];
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Of the measured ones; absent when there is none. */
  readonly medianMicrometres?: number;
  /** Zones that are not from the factory, the thickest first. */
  readonly suspicious: readonly ThicknessReading[];
}

/** Readings of zones that the body does not have are left out; of two of one zone the later holds. */
export function summarise(body: Body, readings: readonly ThicknessReading[], norms: ThicknessNorms): ThicknessSummary {
  const zones = zonesOf(body).map(({ id }) => id);
  const last = new Map<string, ThicknessReading>();
  for (const reading of readings) if (zones.includes(reading.zone)) last.set(reading.zone, reading);
  const kept = [...last.values()];
  const counts = { thin: 0, factory: 0, repainted: 0, filler: 0, unreadable: 0 };
  for (const { value } of kept) counts[judge(value, norms)] += 1;
  const values = kept.flatMap(({ value }) => (value === UNREADABLE ? [] : [value])).toSorted((a, b) => a - b);
  const median = values[Math.floor((values.length - 1) / 2)];
  const size = ({ value }: ThicknessReading) => (value === UNREADABLE ? -1 : value);
  return {
    zones: zones.length,
    measured: values.length,
    missing: zones.filter((zone) => !last.has(zone)),
    counts,
    ...(median === undefined ? {} : { medianMicrometres: median }),
    suspicious: kept
      .filter(({ value }) => ['thin', 'repainted', 'filler'].includes(judge(value, norms)))
      .toSorted((a, b) => size(b) - size(a)),
  };
}

/** The zone to go to after another one: the next in the walk round the car that nobody has been to yet. */
export function nextZone(body: Body, readings: readonly ThicknessReading[], after?: string): string | undefined {
  const zones = zonesOf(body).map(({ id }) => id);
  const done = new Set(readings.map(({ zone }) => zone));
  const from = after === undefined ? 0 : zones.indexOf(after) + 1;
  return [...zones.slice(from), ...zones.slice(0, from)].find((zone) => !done.has(zone));
}
