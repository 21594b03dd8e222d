import { Counter, type Registry } from 'prom-client';
import type { FreeCodeType } from '#shared/kiosk/kiosk.schema.ts';

export interface CodeMetrics {
  redeemed(type: FreeCodeType): void;
  returned(): void;
  /** @param why the code of the refusal. */
  refused(why: string): void;
}

export function registerCodeMetrics(registry: Registry): CodeMetrics {
  const registers = [registry];
  const redeemed = new Counter({
    name: 'codes_redeemed_total',
    help: 'Free-round codes that opened a round here.',
    labelNames: ['type'] as const,
    registers,
  });
  const returned = new Counter({
    name: 'codes_returned_total',
    help: 'Codes that were freed again because their round could not be given.',
    registers,
  });
  const refused = new Counter({
    name: 'codes_refused_total',
    help: 'Codes typed here that opened nothing, by why.',
    labelNames: ['reason'] as const,
    registers,
  });
  for (const type of ['cash', 'error'] as const) redeemed.inc({ type }, 0);
  return {
    redeemed: (type) => redeemed.inc({ type }),
    returned: () => returned.inc(),
    refused: (why) => refused.inc({ reason: why.replace('codes.', '') }),
  };
}
