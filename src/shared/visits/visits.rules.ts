import type { VisitKind, VisitStatus } from './visits.schema.ts';

/** SM-3: a visit ends once, and its end does not change. */
export const mayVisitBecome = (from: VisitStatus, to: VisitStatus): boolean => from === 'active' && to !== 'active';

export const VISIT_PREFIX: Readonly<Record<VisitKind, string>> = { diagnostics: 'OBD', thickness: 'THK', photo: 'PHT' };
