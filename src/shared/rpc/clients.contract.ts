import { z } from 'zod';
import { ClientEdit, ClientElements } from '../clients/clients.mutators.ts';
import { Client, ClientCard, ClientField, ClientTab } from '../clients/clients.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { EditKey } from '../sync/conflict.schema.ts';
import { command, faults, query } from './procedure.ts';

/** One of the values that people wrote into a field without knowing of each other. */
export const ClientConflictSide = z.object({
  edit: EditKey,
  /** As a person reads it: a member's name for `assignedTo`; absent: the field was emptied. */
  value: z.string().optional(),
  at: Millis,
  /** Whose hand it was; absent when the device did not say. */
  by: z.string().optional(),
  /** It was written on this device. */
  isOurs: z.boolean(),
});
export type ClientConflictSide = z.infer<typeof ClientConflictSide>;

export const ClientConflict = z.object({
  field: ClientField,
  kept: ClientConflictSide,
  others: z.array(ClientConflictSide),
});
export type ClientConflict = z.infer<typeof ClientConflict>;

/** A file that somebody deleted while it was being changed here. */
export const LostClient = z.object({ id: Id, name: z.string(), at: Millis });
export type LostClient = z.infer<typeof LostClient>;

export const clientsContract = {
  /**
   * Cards of a tab, most recently changed first; `text` looks in name, phone and address. `disputed`: files with unsettled
   * conflicts, whatever their tab, the one that waits longest first.
   */
  list: query(['manager'])
    .input(z.strictObject({ tab: ClientTab, text: z.string().trim().max(128).default('') }))
    .output(
      z.object({
        clients: z.array(ClientCard),
        counts: z.record(ClientTab, z.int().min(0)),
        disputed: z.array(z.object({ id: Id, name: z.string() })),
      }),
    )
    .errors(faults()),
  /** A whole file with its unsettled conflicts; null when there is none (any more). */
  get: query(['manager'])
    .input(z.strictObject({ id: Id }))
    .output(z.object({ client: Client, conflicts: z.array(ClientConflict) }).nullable())
    .errors(faults()),
  create: command(['manager'], { signedIn: true })
    .input(
      z.strictObject({
        name: ClientEdit.shape.name.unwrap(),
        set: ClientEdit.omit({ name: true }),
        tags: ClientElements.shape.tags.unwrap(),
      }),
    )
    .output(z.object({ id: Id }))
    .errors(faults()),
  /** Other values of some fields: at once here, and merged with what others wrote when it reaches the server. */
  patch: command(['manager'], { signedIn: true })
    .input(
      z.strictObject({
        id: Id,
        set: ClientEdit.optional(),
        add: ClientElements.optional(),
        remove: ClientElements.optional(),
      }),
    )
    .output(z.void())
    .errors(faults('clients.not_found', 'app.too_large')),
  remove: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .errors(faults('clients.not_found')),
  /** Settles a conflict with one of its values. */
  resolveConflict: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id, field: ClientField, choose: EditKey }))
    .output(z.void())
    .errors(faults('clients.not_found', 'clients.conflict_changed')),
  /** Files whose changes here came too late: somebody had deleted them. Newest first. */
  lost: query(['manager']).output(z.array(LostClient)).errors(faults()),
  /** Makes such a file anew under another id, as it was here. */
  restoreCopy: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.object({ id: Id }))
    .errors(faults('clients.not_found')),
  /** Lets such a file go. */
  dismissLost: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .errors(faults()),
};
