/** A partner's data as this device has it. */
import { AppError } from '#shared/kernel/errors.ts';
import type { KioskLook, PartnerKiosk } from '#shared/partner/partner.api.ts';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import type { PartnerSource } from '../app/partner.tsx';

const speaksOf = ({ id, name, location }: PartnerKiosk, q: string | undefined): boolean =>
  q === undefined || q === id || `${name} ${location}`.toLocaleLowerCase().includes(q.toLocaleLowerCase());

const isLook = ({ status, lastErrorCode, online }: PartnerKiosk, look: KioskLook | undefined): boolean => {
  if (look === undefined) return true;
  return look === 'silent' ? !online : status === 'error' || lastErrorCode !== null;
};

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
    // One shop's: they are all here.
    kiosks: async ({ q, look }, _cursor, signal) => {
      const kiosks = (await overview(signal)).map(({ kiosk }) => kiosk);
      return { kiosks: kiosks.filter((kiosk) => speaksOf(kiosk, q) && isLook(kiosk, look)), next: undefined };
    },
    kiosk: async (id, signal) => {
      const found = (await overview(signal)).find(({ kiosk }) => kiosk.id === id);
      if (found === undefined) throw new AppError('kiosks.not_found', `no kiosk ${id} in this shop`);
      return found.kiosk;
    },
    errors: async (kioskId, limit, signal) =>
      ((await overview(signal)).find(({ kiosk }) => kiosk.id === kioskId)?.errors ?? []).slice(0, limit),
  };
};
