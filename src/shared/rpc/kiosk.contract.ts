import { z } from 'zod';
import { Kiosk } from '../kiosk/kiosk.schema.ts';
import { faults, query } from './procedure.ts';

export const kioskContract = {
  /** How this kiosk is to behave; absent until it is enrolled. */
  standing: query(['kiosk'])
    .output(z.object({ kiosk: Kiosk.optional() }))
    .errors(faults()),
};
