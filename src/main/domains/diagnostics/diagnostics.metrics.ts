/** K-71…K-73, with names that the seed's dashboards read. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { CarReading } from '#shared/diagnostics/diagnostics.schema.ts';
import { describeCode, type Urgency } from '#shared/diagnostics/dtc.rules.ts';

/** K-78: a label that a guest types would let anybody grow the series without end. */
const MAKES = [
  'Audi',
  'BMW',
  'Chery',
  'Chevrolet',
  'Citroen',
  'Ford',
  'GAZ',
  'Geely',
  'Haval',
  'Honda',
  'Hyundai',
  'Kia',
  'Lada',
  'Land Rover',
  'Lexus',
  'Mazda',
  'Mercedes-Benz',
  'Mitsubishi',
  'Moskvich',
  'Nissan',
  'Opel',
  'Peugeot',
  'Renault',
  'Skoda',
  'Subaru',
  'Suzuki',
  'Toyota',
  'UAZ',
  'Volkswagen',
  'Volvo',
] as const;

export const makeLabel = (make: string | undefined): string =>
  MAKES.find((known) => known.toLowerCase() === make?.trim().toLowerCase()) ?? 'other';

const SEVERITY: Readonly<Record<Urgency, string>> = { 1: 'high', 2: 'medium', 3: 'low' };

export interface DiagnosticsMetrics {
  finished(make: string | undefined, seconds: number, reading: CarReading | undefined): void;
}

export function registerDiagnosticsMetrics(registry: Registry): DiagnosticsMetrics {
  const registers = [registry];
  const scans = new Counter({
    name: 'diagnostics_scans_total',
    help: 'Scans that ended.',
    labelNames: ['make'],
    registers,
  });
  const found = new Counter({
    name: 'diagnostics_dtc_found_total',
    help: 'Trouble codes found.',
    labelNames: ['severity'],
    registers,
  });
  const duration = new Histogram({
    name: 'diagnostics_duration_seconds',
    help: 'From the first word to the adapter to the last code.',
    labelNames: ['make'],
    buckets: [10, 30, 60, 120, 300],
    registers,
  });
  // A series that exists only after its first event hides that event from rate().
  scans.inc({ make: 'other' }, 0);
  for (const severity of Object.values(SEVERITY)) found.inc({ severity }, 0);
  return {
    finished: (make, seconds, reading) => {
      const label = { make: makeLabel(make) };
      scans.inc(label);
      duration.observe(label, Math.max(0, seconds));
      for (const { code } of reading?.findings ?? [])
        found.inc({ severity: SEVERITY[describeCode(code, 'en').urgency] });
    },
  };
}
