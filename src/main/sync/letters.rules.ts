/** Which answers a person has to read. Pure. */
import type { z } from 'zod';
import type { LetterKind } from '#shared/rpc/sync.contract.ts';
import type { Outcome } from '#shared/sync/protocol.ts';

/** Undefined for a mutation that was done, with nothing to say about it. */
export function letterKindOf({ status, anomalies = [] }: Outcome): z.infer<typeof LetterKind> | undefined {
  if (status === 'rejected') return 'refused';
  if (status === 'parked') return 'parked';
  return anomalies.length > 0 ? 'contradicted' : undefined;
}
