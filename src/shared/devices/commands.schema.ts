/** What headquarters may ask a device to do from afar, and how the device knows that it was headquarters. */
import { z } from 'zod';
import { canonicalJson } from '../kernel/canonical.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { Language } from '../visits/visits.schema.ts';

export const CommandOrder = z.discriminatedUnion('kind', [
  /** Begins anew when no guest, sale or document is under way. */
  z.strictObject({ kind: z.literal('restart') }),
  /** Sends the last of its log. */
  z.strictObject({ kind: z.literal('log_bundle') }),
  /** Meets guests in this language. */
  z.strictObject({ kind: z.literal('set_language'), language: Language }),
  /** Fetches goods and prices now, and says what it has. */
  z.strictObject({ kind: z.literal('refresh_prices') }),
  /** Sends what it still can, then erases everything it has and is nobody's device any more. */
  z.strictObject({ kind: z.literal('wipe') }),
]);
export type CommandOrder = z.infer<typeof CommandOrder>;
export type CommandKind = CommandOrder['kind'];

/** Why a command was not carried out. */
export const COMMAND_FAULTS = ['bad_signature', 'expired', 'unsupported', 'failed'] as const;
export type CommandFault = (typeof COMMAND_FAULTS)[number];

/** Two thirds of a megabyte in base64: with the rest of a result it stays below what a request may have. */
export const MAX_BUNDLE_CHARS = 900_000;

const Signed = z.strictObject({
  id: Id,
  deviceId: Id,
  /** A device that lost its data enrols again and is another writer: commands to the one before are not for it. */
  incarnation: z.int().min(1),
  order: CommandOrder,
  issuedAt: Millis,
  expiresAt: Millis,
});

export const SignedCommand = Signed.extend({
  /** Ed25519 over `commandText`, base64. */
  signature: z.string().max(128),
});
export type SignedCommand = z.infer<typeof SignedCommand>;

/** What is signed: every member but the signature, in one way only. */
export const commandText = ({
  id,
  deviceId,
  incarnation,
  order,
  issuedAt,
  expiresAt,
}: z.infer<typeof Signed>): string => canonicalJson({ id, deviceId, incarnation, order, issuedAt, expiresAt });

/** `GET /devices/commands`: those that wait for this device, oldest first. */
export const CommandsReply = z.strictObject({
  serverNow: Millis,
  commands: z.array(
    // An order that this program does not know yet is answered, not stumbled over.
    SignedCommand.extend({ order: z.looseObject({ kind: z.string() }) }),
  ),
});
export type CommandsReply = z.infer<typeof CommandsReply>;

export const CommandDetails = z.record(z.string().max(64), z.union([z.string().max(500), z.number(), z.boolean()]));
export type CommandDetails = z.infer<typeof CommandDetails>;

/** `POST /devices/commands/:id/result`: the same again changes nothing. */
export const CommandResult = z.strictObject({
  outcome: z.enum(['done', ...COMMAND_FAULTS]),
  /** By the device's clock. */
  finishedAt: Millis,
  /** Counts, versions, reasons: never a secret or personal data. */
  details: CommandDetails,
  /** Gzip in base64: lines of the log, masked where they were written. */
  bundle: z.string().max(MAX_BUNDLE_CHARS).optional(),
});
export type CommandResult = z.infer<typeof CommandResult>;
