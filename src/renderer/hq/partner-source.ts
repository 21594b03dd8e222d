/** A partner's data from the server. */
import {
  IssuedRoundCode,
  PartnerDailyCounters,
  PartnerDays,
  PartnerKiosk,
  PartnerKioskDetails,
  PartnerKioskErrors,
  PartnerKiosks,
  PartnerNewOrders,
  PartnerOrder,
  PartnerOrders,
} from '#shared/partner/partner.api.ts';
import type { Hq } from '../app/hq.tsx';
import type { PartnerSource } from '../app/partner.tsx';

export const createServerSource = (hq: Hq, timeZone: string): PartnerSource => {
  const order = (id: string) => `/partner/orders/${encodeURIComponent(id)}`;
  const kiosk = (id: string) => `/partner/kiosks/${encodeURIComponent(id)}`;
  return {
    timeZone,
    newOrders: (signal) => hq.get('/partner/orders/new', PartnerNewOrders, {}, signal),
    orders: (filter, cursor, signal) => hq.get('/partner/orders', PartnerOrders, { ...filter, cursor }, signal),
    order: (id, signal) => hq.get(order(id), PartnerOrder, {}, signal),
    counters: (signal) => hq.get('/partner/orders/daily-counters', PartnerDailyCounters, {}, signal),
    days: (signal) => hq.get('/partner/orders/days', PartnerDays, {}, signal),
    kiosks: async (filter, cursor, signal) => {
      const { rows, next } = await hq.getPage('/partner/kiosks', PartnerKiosks, { ...filter, cursor }, signal);
      return { kiosks: rows, next };
    },
    kiosk: (id, signal) => hq.get(kiosk(id), PartnerKioskDetails, {}, signal),
    errors: (id, limit, signal) => hq.get(`${kiosk(id)}/errors`, PartnerKioskErrors, { limit: `${limit}` }, signal),
    acts: {
      mark: (id, status) => hq.post(`${order(id)}/mark`, PartnerOrder, { status }),
      setStatus: (id, status) => hq.post(`${kiosk(id)}/status`, PartnerKiosk, { status }),
      setLanguage: (id, language) => hq.post(`${kiosk(id)}/language`, PartnerKiosk, { language }),
      issueCode: (id) => hq.post(`${kiosk(id)}/code`, IssuedRoundCode),
      clearErrors: (id) => hq.post(`${kiosk(id)}/errors/clear`, PartnerKiosk),
    },
  };
};
