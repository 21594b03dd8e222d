/** What of this device has not reached the server, or was not taken by it: for the badge and the operator's page. */
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../kernel/errors.ts';
import { Millis } from '../kernel/schemas.ts';
import { Mid } from '../sync/protocol.ts';
import { ChangeSummary } from '../sync/summary.rules.ts';
import { SyncStatus } from './device.contract.ts';
import { command, faults, query } from './procedure.ts';

/** A mutation without an answer. */
export const WaitingChange = ChangeSummary.extend({ mid: Mid, madeAt: Millis });
export type WaitingChange = z.infer<typeof WaitingChange>;

/** Names one answered mutation of this device, whatever it was called when it made it. */
export const LetterKey = z.strictObject({
  deviceId: z.string().min(1).max(64),
  incarnation: z.int().min(1),
  mid: Mid,
});
export type LetterKey = z.infer<typeof LetterKey>;

/** `refused` by the rules, `parked` after failing too often, `contradicted`: a fact that was taken and disagrees with the server. */
export const LETTER_KINDS = ['refused', 'parked', 'contradicted'] as const;
export const LetterKind = z.enum(LETTER_KINDS);

/** An answer that a person has to read. It stays until somebody says that he has. */
export const Letter = ChangeSummary.extend({
  key: LetterKey,
  kind: LetterKind,
  madeAt: Millis,
  /** When the answer came. */
  toldAt: Millis,
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]).optional(),
  /** The server's own words, in English: for support. */
  message: z.string().optional(),
  anomalies: z.array(z.string()),
  /** May be asked for once more, as a new mutation. Never a fact. */
  canRetry: z.boolean(),
  dismissed: z.object({ at: Millis, by: z.string(), isRetried: z.boolean() }).optional(),
});
export type Letter = z.infer<typeof Letter>;

/** What a file of the backlog holds, and where it lies on this device. */
export const BacklogFile = z.object({
  path: z.string(),
  waiting: z.int().min(0),
  letters: z.int().min(0),
  bytes: z.int().min(0),
});
export type BacklogFile = z.infer<typeof BacklogFile>;

const Page = z.int().min(1).max(200).default(50);

export const syncContract = {
  status: query().output(SyncStatus).errors(faults()),
  /** Oldest first: the order in which they will go. `after` is `next` of the page before. */
  waiting: query(['cashier', 'manager'])
    .input(z.strictObject({ after: z.int().min(0).default(0), limit: Page }))
    .output(z.object({ changes: z.array(WaitingChange), next: z.int().optional() }))
    .errors(faults()),
  /** Newest first. Those that a person has read only when asked for. */
  letters: query(['cashier', 'manager'])
    .input(z.strictObject({ isRead: z.boolean().default(false), cursor: z.int().min(0).optional(), limit: Page }))
    .output(z.object({ letters: z.array(Letter), next: z.int().optional() }))
    .errors(faults()),
  /** Pushes and pulls now, whatever the loops' waits. Answers how it went. */
  tryNow: command(['kiosk', 'cashier', 'manager']).output(SyncStatus).errors(faults()),
  /** Makes the same change anew, as of now; refused with the code of whatever still stands against it. */
  retry: command(['cashier', 'manager'], { signedIn: true })
    .input(LetterKey)
    .output(z.void())
    .errors(faults('app.not_found', 'app.conflict')),
  /** Somebody has read the answer: it leaves the list, with his name and the time. */
  dismiss: command(['cashier', 'manager'], { signedIn: true })
    .input(LetterKey)
    .output(z.void())
    .errors(faults('app.not_found')),
  /** Writes everything that waits and every answer that nobody has read to a file of this device (`docs/operate.md`). */
  export: command(['cashier', 'manager']).output(BacklogFile).errors(faults()),
};
