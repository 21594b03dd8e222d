/** What a step of the journal means to a person. Details are whatever was written down: nothing of them is taken on trust. */
import { FISCAL_STATES, type FiscalState } from '#shared/fiscal/fiscal.schema.ts';
import type { JournalStep } from '#shared/rpc/fiscal.contract.ts';

/** Steps that have words; another one is shown by its name. */
export const isKnownStep = (step: string): step is FiscalState => FISCAL_STATES.some((state) => state === step);

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
