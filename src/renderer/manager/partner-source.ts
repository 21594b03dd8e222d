/** A partner's data as this device has it. */
import type { DeviceClient } from '#shared/rpc/contract.ts';
import type { PartnerSource } from '../app/partner.tsx';

export const createDeskSource = ({ partner }: DeviceClient, timeZone: string): PartnerSource => {
  const overview = async (signal: AbortSignal) => (await partner.kiosks(undefined, { signal })).kiosks;
  return {
    timeZone,
    newOrders: (signal) => partner.newOrders(undefined, { signal }),
    orders: (filter, cursor, signal) =>
      partner.orders({ ...filter, ...(cursor === undefined ? {} : { cursor }) }, { signal }),
    order: (id, signal) => partner.order({ id }, { signal }),
    counters: (signal) => partner.counters(undefined, { signal }),
    days: (signal) => partner.days(undefined, { signal }),
    kiosks: async (signal) => (await overview(signal)).map(({ kiosk }) => kiosk),
    errors: async (kioskId, limit, signal) =>
      ((await overview(signal)).find(({ kiosk }) => kiosk.id === kioskId)?.errors ?? []).slice(0, limit),
  };
};
