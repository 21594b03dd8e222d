/** The kiosks of a device's shop as a manager's desk keeps them for weeks without a network: to look at, not to steer. */
import type { FastifyInstance } from 'fastify';
import { KiosksOverview } from '#shared/partner/partner.api.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { KiosksService } from '../kiosk/kiosks.service.ts';
import { toErrorReply, toKioskReply } from '../kiosk/kiosks.view.ts';

/** No shop has more. */
const KIOSKS = 200;
/** Of each kiosk: as many as a page shows at once. */
const ERRORS = 10;

export const kiosksOverviewRoutes = (guards: Guards, kiosks: KiosksService) => async (app: FastifyInstance) => {
  await scope(app, guards.device, (add) => {
    add(
      'GET',
      '/devices/kiosks',
      {
        summary: "The kiosks of the device's shop, with their latest errors",
        tag: 'Devices',
        rate: 'device',
        reply: KiosksOverview,
      },
      async ({ principal }) => {
        const { organizationId, shopId } = principal;
        const here = { organizationId, whose: { shopId } };
        const page = await kiosks.list(here, { limit: KIOSKS });
        const errors = await Promise.all(page.kiosks.map(({ id }) => kiosks.errors(here, id, ERRORS)));
        return page.kiosks.map((kiosk, index) => ({
          kiosk: toKioskReply(kiosk),
          errors: (errors[index] ?? []).map(toErrorReply),
        }));
      },
    );
  });
};
