/** A task as a person reads it. Pure. */
import type { HqTask, HqTaskEvent } from '#shared/hq/fiscal.api.ts';

export type TaskLook = HqTask['status'] | 'uncertain' | 'stale' | 'settled' | 'retrying';

/** What says most about the task: doubt before silence, silence before its status. */
export function lookOf(task: Pick<HqTask, 'status' | 'uncertain' | 'stale' | 'nextRetryAt' | 'verdict'>): TaskLook {
  if (task.uncertain && task.status !== 'done') return 'uncertain';
  if (task.stale) return 'stale';
  if (task.status === 'error' && task.nextRetryAt !== undefined) return 'retrying';
  const isByDecision = task.verdict?.is === 'printed' && task.verdict.provedAt === undefined;
  return task.status === 'done' && isByDecision ? 'settled' : task.status;
}

/** Events that have words of their own; another one is shown by its name. */
export const EVENTS = [
  'FISCAL_TASK_CREATED',
  'FISCAL_DOC_CLOSED',
  'FISCAL_ERROR',
  'FISCAL_OUTCOME_UNKNOWN',
  'FISCAL_DATA_CONFLICT',
  'FISCAL_VERDICT_CONTRADICTED',
  'FISCAL_TASK_REQUEUED',
  'FISCAL_TASK_CANCELLED',
  'FISCAL_TASK_SETTLED',
  'ALERT_ACKNOWLEDGED',
] as const;
export const isKnownEvent = (event: string): event is (typeof EVENTS)[number] => EVENTS.some((one) => one === event);

export interface EventNote {
  readonly attempt?: number;
  readonly verdict?: 'printed' | 'not_printed';
  readonly documentNumber?: number;
  readonly sign?: string;
  /** Words of a person or of a register. */
  readonly words?: string;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** What of an event's details is worth reading; their form is the audit's own and may grow. */
export function noteOf({ details }: Pick<HqTaskEvent, 'details'>): EventNote {
  const reported = details['reported'];
  const document = details['document'] ?? memberOf(reported, 'fiscal') ?? reported ?? details;
  const verdict = textOf(details['verdict']);
  const note = {
    attempt: numberOf(details['attempts']),
    verdict: verdict === 'printed' || verdict === 'not_printed' ? verdict : undefined,
    documentNumber: numberOf(memberOf(document, 'fiscalDocumentNumber')),
    sign: textOf(memberOf(document, 'fiscalSign')),
    words: textOf(details['reason']) ?? textOf(details['error']) ?? textOf(memberOf(reported, 'error')),
  };
  return Object.fromEntries(Object.entries(note).filter(([, value]) => value !== undefined));
}
