/** K-66…K-70. The seed's word for a visit is a session, and its dashboards read these names. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Reader } from '#main/db/db.ts';
import { VISIT_KINDS, type Visit } from '#shared/visits/visits.schema.ts';
import { countActiveVisits } from './visits.repo.ts';

export interface VisitMetrics {
  created(visit: Visit): void;
  finished(visit: Visit): void;
}

export function registerVisitMetrics(registry: Registry, db: Reader): VisitMetrics {
  const registers = [registry];
  const labelNames = ['type'] as const;
  const created = new Counter({ name: 'sessions_created_total', help: 'Visits begun.', labelNames, registers });
  const completed = new Counter({
    name: 'sessions_completed_total',
    help: 'Visits whose service was given.',
    labelNames,
    registers,
  });
  const expired = new Counter({ name: 'sessions_expired_total', help: 'Visits left.', labelNames, registers });
  const duration = new Histogram({
    name: 'sessions_duration_seconds',
    help: 'From the first touch to the end of a visit.',
    labelNames: ['type', 'status'] as const,
    buckets: [60, 300, 600, 1200, 1800, 3600],
    registers,
  });
  new Gauge({
    name: 'sessions_active',
    help: 'Visits going on now.',
    labelNames,
    registers,
    collect() {
      for (const type of VISIT_KINDS) this.set({ type }, 0);
      for (const row of countActiveVisits(db)) this.set({ type: row.kind ?? 'other' }, row.visits);
    },
  });
  // A series that exists only after its first event hides that event from rate().
  for (const type of VISIT_KINDS) for (const counter of [created, completed, expired]) counter.inc({ type }, 0);

  return {
    created: ({ kind }) => created.inc({ type: kind }),
    finished: ({ kind, status, createdAt, finishedAt = createdAt }) => {
      if (status === 'completed') completed.inc({ type: kind });
      if (status === 'expired') expired.inc({ type: kind });
      duration.observe({ type: kind, status }, Math.max(0, finishedAt - createdAt) / 1000);
    },
  };
}
