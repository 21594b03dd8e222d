/** What a step of the journal means to a person. Details are whatever was written down: nothing of them is taken on trust. */
import { FISCAL_STATES, type FiscalState, type FiscalTaskType } from '#shared/fiscal/fiscal.schema.ts';
import type { JournalStep } from '#shared/rpc/fiscal.contract.ts';

/** The words for a step, by its key; undefined for one that has none. Cash leaves no fiscal document, so its end is a counter's. */
export function nameOf({ step }: JournalStep, type: FiscalTaskType): FiscalState | 'counted' | undefined {
  if (step === 'closed' && (type === 'cash_in' || type === 'cash_out')) return 'counted';
  return FISCAL_STATES.find((state) => state === step);
}

export interface StepFact {
  readonly is: 'document' | 'last_document' | 'fault' | 'said_by' | 'resumed';
  readonly params: Readonly<Record<string, string | number>>;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** The one fact of a step worth a line of its own. */
export function factOf({ step, details }: JournalStep): StepFact | undefined {
  const document = number(details['fiscalDocumentNumber']);
  const sign = text(details['fiscalSign']);
  if (document !== undefined && sign !== undefined) return { is: 'document', params: { number: document, sign } };
  const last = number(details['lastDocumentNumber']);
  if (step === 'baseline' && last !== undefined) return { is: 'last_document', params: { number: last } };
  const fault = text(details['text']);
  if (fault !== undefined) return { is: 'fault', params: { text: fault, code: number(details['driverCode']) ?? 0 } };
  const by = text(details['saidBy']);
  if (by !== undefined) return { is: 'said_by', params: { name: by } };
  return details['resumed'] === true ? { is: 'resumed', params: {} } : undefined;
}
