/** What every fiscal document begins with: no receipt left open, and a cashier at work. */
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import { str } from './fptr-param.ts';
import { isNothingToCancel } from './outcome.ts';
import type { FptrCalls } from './session.ts';
import { Tag } from './vocabulary.ts';

export async function cancelOpenReceipt({ attempt }: FptrCalls): Promise<void> {
  const { error } = await attempt('cancel_receipt');
  if (error !== undefined && !isNothingToCancel(error)) throw error;
}

/** Before each document: a login does not outlive the link. */
export async function logIn({ call }: FptrCalls, operator: Operator): Promise<void> {
  await call('operator_login', [
    str(Tag.CASHIER, operator.name),
    ...(operator.vatin === undefined ? [] : [str(Tag.CASHIER_INN, operator.vatin)]),
  ]);
}
