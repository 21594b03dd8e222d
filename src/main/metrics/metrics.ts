/** The device's metrics, read at `/metrics` on loopback. Each domain registers its own; here is what belongs to all. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** A registry of its own for each device, so that two in one process (tests, the simulator) do not mix. */
export const createMetrics = (): Registry => new Registry();

export interface CoreMetrics {
  readonly call: (procedure: string, outcome: string) => void;
}

export interface CoreMetricsSource {
  readonly version: string;
  readonly mode: string;
  readonly schema: number;
  /** `ok`, or what was found wrong with the file at the last look. */
  readonly integrity: () => string;
  /** Process metrics hook into the garbage collector, so only a real process asks for them. */
  readonly processMetrics: boolean;
}

export function registerCoreMetrics(registry: Registry, source: CoreMetricsSource): CoreMetrics {
  const registers = [registry];
  if (source.processMetrics) collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'prilavok_device_info',
    help: 'Always 1; its labels say what runs.',
    labelNames: ['version', 'mode', 'schema'] as const,
    registers,
  }).set({ version: source.version, mode: source.mode, schema: String(source.schema) }, 1);
  new Gauge({
    name: 'prilavok_db_integrity',
    help: '1 when the last quick check of the database found it whole, else 0. Done once a day.',
    registers,
    collect() {
      this.set(source.integrity() === 'ok' ? 1 : 0);
    },
  });
  const calls = new Counter({
    name: 'prilavok_rpc_calls_total',
    help: 'Calls of the screens by procedure and outcome (`ok` or the error code).',
    labelNames: ['procedure', 'outcome'] as const,
    registers,
  });
  return {
    call: (procedure, outcome) => calls.inc({ procedure, outcome }),
  };
}
