/**
 * The partner's pages at a manager's desk: what this device has of them, to look at. Orders came by synchronisation, kiosks
 * at the last time that the server answered.
 */
import { z } from 'zod';
import { Id, Millis } from '../kernel/schemas.ts';
import {
  KiosksOverview,
  PartnerDailyCounters,
  PartnerDays,
  PartnerNewOrders,
  PartnerOrder,
  PartnerOrders,
  PartnerOrdersQuery,
} from '../partner/partner.api.ts';
import { faults, query } from './procedure.ts';

const desk = () => query(['manager'], { signedIn: true });

export const partnerContract = {
  newOrders: desk().output(PartnerNewOrders).errors(faults()),
  orders: desk().input(PartnerOrdersQuery).output(PartnerOrders).errors(faults()),
  order: desk()
    .input(z.strictObject({ id: Id }))
    .output(PartnerOrder)
    .errors(faults('orders.not_found')),
  counters: desk().output(PartnerDailyCounters).errors(faults()),
  days: desk().output(PartnerDays).errors(faults()),
  /** `at`: when the server said so; absent, and nothing in the list, when it never has. */
  kiosks: desk()
    .output(z.object({ at: Millis.optional(), kiosks: KiosksOverview }))
    .errors(faults()),
  /** When this device last heard of the shop's orders; absent before the first time. */
  asOf: desk()
    .output(z.object({ at: Millis.optional() }))
    .errors(faults()),
};
