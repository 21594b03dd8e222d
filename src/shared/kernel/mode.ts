import { z } from 'zod';

/** What a device is started as. Decides the screens it serves and the calls its window may make. */
export const MODES = ['kiosk', 'cashier', 'manager'] as const;
export const Mode = z.enum(MODES);
export type Mode = z.infer<typeof Mode>;
