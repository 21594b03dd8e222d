import { and, asc, count, desc, eq, lte, type SQL } from 'drizzle-orm';
import type { Reader } from '#main/db/db.ts';
import type { Visit, VisitKind, VisitStatus } from '#shared/visits/visits.schema.ts';
import { visits } from './visits.tables.ts';

const read = (db: Reader) => db.select({ fields: visits.fields }).from(visits);

export const findVisit = (db: Reader, id: string): Visit | undefined => read(db).where(eq(visits.id, id)).get()?.fields;

/** Visits are in the scope of their device, so every active one here is this kiosk's. */
export const findActiveVisit = (db: Reader): Visit | undefined =>
  read(db).where(eq(visits.status, 'active')).limit(1).get()?.fields;

export const listOverdueVisits = (db: Reader, now: number): Visit[] =>
  read(db)
    .where(and(eq(visits.status, 'active'), lte(visits.expiresAt, now)))
    .orderBy(asc(visits.expiresAt))
    .limit(100)
    .all()
    .map(({ fields }) => fields);

export interface VisitFilter {
  readonly kind?: VisitKind | undefined;
  readonly status?: VisitStatus | undefined;
  readonly limit: number;
}

/** Newest first. */
export function listVisits(db: Reader, { kind, status, limit }: VisitFilter): Visit[] {
  const wanted: SQL[] = [];
  if (kind !== undefined) wanted.push(eq(visits.kind, kind));
  if (status !== undefined) wanted.push(eq(visits.status, status));
  return read(db)
    .where(and(...wanted))
    .orderBy(desc(visits.createdAt))
    .limit(limit)
    .all()
    .map(({ fields }) => fields);
}

export const countActiveVisits = (db: Reader): { kind: string | null; visits: number }[] =>
  db
    .select({ kind: visits.kind, visits: count() })
    .from(visits)
    .where(eq(visits.status, 'active'))
    .groupBy(visits.kind)
    .all();
