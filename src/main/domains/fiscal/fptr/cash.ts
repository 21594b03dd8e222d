/** Cash in and out of the drawer. */
import type { CashRequest, RegisterOutcome } from '../fiscal.register.ts';
import { judgeCash } from '../recovery.rules.ts';
import { DriverError, Param } from './constants.ts';
import { readCash } from './counters.ts';
import { FptrError } from './fptr-error.ts';
import { money } from './fptr-param.ts';
import { ambiguous, notClosed } from './outcome.ts';
import { cancelOpenReceipt, logIn } from './preparation.ts';
import type { FptrCalls } from './session.ts';

/**
 * The driver's answer decides nothing by itself, as with documents: what the counter says afterwards does.
 */
export async function moveCash(calls: FptrCalls, request: CashRequest): Promise<RegisterOutcome> {
  const { operator, direction, amountMinor, before } = request;
  try {
    await cancelOpenReceipt(calls);
    await logIn(calls, operator);
  } catch (error) {
    if (error instanceof FptrError) return notClosed(error);
    throw error;
  }
  const { error } = await calls.attempt(direction === 'in' ? 'cash_income' : 'cash_outcome', [
    money(Param.SUM, amountMinor),
  ]);
  try {
    const after = await readCash(calls, direction);
    switch (judgeCash(before, after, amountMinor)) {
      case 'moved':
        return { outcome: 'moved', shiftNumber: after.shiftNumber };
      case 'not_moved':
        return notClosed(error ?? silent('the register moved no cash and named no reason'));
      case 'unknown':
        return ambiguous(error ?? silent('the counter of cash is not what the move makes it'));
    }
  } catch (cause) {
    if (cause instanceof FptrError) return ambiguous(error ?? cause);
    throw cause;
  }
}

const silent = (text: string): FptrError => new FptrError(DriverError.UNKNOWN, text);
