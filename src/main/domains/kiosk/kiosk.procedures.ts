import { rpc } from '#main/rpc/rpc.ts';
import type { KioskService } from './kiosk.service.ts';

export const kioskProcedures = (kiosk: Pick<KioskService, 'standing'>) => ({
  standing: rpc.kiosk.standing.handler(() => {
    const known = kiosk.standing();
    return known === undefined ? {} : { kiosk: known };
  }),
});
