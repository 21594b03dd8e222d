import { expect, it } from 'vitest';
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { PATIENCE_MS, receiptState } from './receipt-state.rules.ts';

const document = (printed: boolean) => ({ fiscalDocumentNumber: 1042, printed }) as FiscalRecord['document'];
const order = (record: Partial<FiscalRecord>): OrderDetails =>
  ({ order: {}, payments: [], receipts: [{ type: 'sale', ...record }] }) as unknown as OrderDetails;
const register = (state: RegisterView['state']) => ({ state }) as RegisterView;

it.each<[string, Partial<FiscalRecord>, RegisterView['state'], number, string]>([
  ['is printed while the register works', { status: 'in_progress' }, 'ready', 0, 'printing'],
  ['is ready with its document', { status: 'done', document: document(true) }, 'ready', 0, 'ready'],
  ['shows itself when there is no paper', { status: 'done', document: document(false) }, 'ready', 0, 'no_paper'],
  ['turns to a person when the outcome is unknown', { status: 'unknown' }, 'ready', 0, 'staff'],
  ['turns to a person when it failed', { status: 'error' }, 'ready', 0, 'staff'],
  ['turns to a person while the register is away', { status: 'queued' }, 'unavailable', 0, 'staff'],
  ['turns to a person when it takes too long', { status: 'queued' }, 'ready', PATIENCE_MS, 'staff'],
  [
    'comes back to the guest when it was printed after all',
    { status: 'done', document: document(true) },
    'blocked',
    PATIENCE_MS * 2,
    'ready',
  ],
])('%s', (_name, record, state, waited, kind) => {
  expect(receiptState(order(record), register(state), waited).kind).toBe(kind);
});

it('waits for an order that is still being read', () => {
  expect(receiptState(undefined, undefined, 0)).toEqual({ kind: 'printing' });
});

it('is not answered by the receipt of a refund', () => {
  expect(receiptState(order({ type: 'refund', status: 'done', document: document(true) }), undefined, 0).kind).toBe(
    'printing',
  );
});
