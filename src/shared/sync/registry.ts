/** The mutator registry: every change a device may ask for, by name. A test walks it against every mode. */
import {
  createAppliance,
  deleteAppliance,
  patchAppliance,
  resolveApplianceConflict,
} from '../clients/appliances.mutators.ts';
import {
  advanceClient,
  createClient,
  deleteClient,
  patchClient,
  resolveClientConflict,
  takeClient,
} from '../clients/clients.mutators.ts';
import { patchPassport, resolvePassportConflict, revealPassport } from '../clients/passport.mutators.ts';
import { reportFiscal, reportShift } from '../fiscal/fiscal.mutators.ts';
import { redeemCode, reportKioskError, returnCode } from '../kiosk/kiosk.mutators.ts';
import { advanceOrder, forgetCustomer, markOrderPrint, placeOrder } from '../orders/orders.mutators.ts';
import { settlePayments } from '../payments/payments.mutators.ts';
import { makeRefund } from '../payments/refunds.mutators.ts';
import { makeReport } from '../reports/reports.mutators.ts';
import { eraseVisit, finishVisit, startVisit, updateVisit } from '../visits/visits.mutators.ts';
import type { Mutator } from './mutator.ts';

const MUTATORS = {
  [startVisit.name]: startVisit,
  [updateVisit.name]: updateVisit,
  [finishVisit.name]: finishVisit,
  [eraseVisit.name]: eraseVisit,
  [makeReport.name]: makeReport,
  [placeOrder.name]: placeOrder,
  [advanceOrder.name]: advanceOrder,
  [markOrderPrint.name]: markOrderPrint,
  [forgetCustomer.name]: forgetCustomer,
  [settlePayments.name]: settlePayments,
  [makeRefund.name]: makeRefund,
  [reportFiscal.name]: reportFiscal,
  [reportShift.name]: reportShift,
  [reportKioskError.name]: reportKioskError,
  [redeemCode.name]: redeemCode,
  [returnCode.name]: returnCode,
  [createClient.name]: createClient,
  [patchClient.name]: patchClient,
  [takeClient.name]: takeClient,
  [advanceClient.name]: advanceClient,
  [deleteClient.name]: deleteClient,
  [resolveClientConflict.name]: resolveClientConflict,
  [patchPassport.name]: patchPassport,
  [resolvePassportConflict.name]: resolvePassportConflict,
  [revealPassport.name]: revealPassport,
  [createAppliance.name]: createAppliance,
  [patchAppliance.name]: patchAppliance,
  [deleteAppliance.name]: deleteAppliance,
  [resolveApplianceConflict.name]: resolveApplianceConflict,
} as const;

export type MutatorName = keyof typeof MUTATORS;
export type MutatorArgs<N extends MutatorName> =
  (typeof MUTATORS)[N] extends Mutator<string, infer Args> ? Args : never;

export const MUTATOR_NAMES = Object.keys(MUTATORS) as MutatorName[];

/**
 * The mutator of a name, or `undefined`. Its argument type is erased: whoever runs it parses with `args` first, and
 * hands the parsed value to `reads` and `decide`.
 */
export function findMutator(name: string): Mutator | undefined {
  return Object.hasOwn(MUTATORS, name) ? (MUTATORS[name as MutatorName] as unknown as Mutator) : undefined;
}
