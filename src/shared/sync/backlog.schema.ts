/** What a device still holds back, in its own words: told with each pull, for headquarters; it decides nothing. */
import { z } from 'zod';
import { Millis } from '../kernel/schemas.ts';

export const Backlog = z.object({
  /** Mutations without an answer, and when the oldest was made. */
  pending: z.int().min(0),
  oldestAt: Millis.optional(),
  /** Answers that nobody at the device has read: refusals, parked mutations, contradicted facts. */
  refused: z.int().min(0),
  /** Files that wait to be uploaded. */
  blobs: z.int().min(0).optional(),
});
export type Backlog = z.infer<typeof Backlog>;
