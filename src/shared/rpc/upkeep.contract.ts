import { z } from 'zod';
import { Millis } from '../kernel/schemas.ts';
import { command, faults } from './procedure.ts';

const Ageing = z.object({
  /** How many go. */
  due: z.int().min(0),
  /** How many are old enough and stay, because the server or the register does not have them for good. */
  held: z.int().min(0),
  oldestAt: Millis.optional(),
});

/** What leaves a device for its age, by kind. */
export const RetentionReport = z.object({
  guests: Ageing,
  /** Answers of the server that name guests and wait for a person: they stay, without the guest. */
  letters: Ageing,
  payments: Ageing,
  audit: Ageing,
  reports: Ageing,
});
export type RetentionReport = z.infer<typeof RetentionReport>;

export const upkeepContract = {
  /** What has been kept long enough goes; with `dryRun` nothing does, and the answer says what would. */
  retention: command(['kiosk', 'cashier', 'manager'])
    .input(z.strictObject({ dryRun: z.boolean() }))
    .output(RetentionReport)
    .errors(faults()),
};
