import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { ApplianceEdit, NewAppliance } from '../clients/appliances.schema.ts';
import { ClientEdit, ClientElements } from '../clients/clients.mutators.ts';
import { Client, ClientCard, ClientTab } from '../clients/clients.schema.ts';
import { Draft, DraftForm, Drafts } from '../clients/drafts.schema.ts';
import { ApplianceView, FileField, FileRow, LateEdit, PassportView, RevealedPassport } from '../clients/file.view.ts';
import { PassportFault } from '../clients/passport.rules.ts';
import { PassportText } from '../clients/passport.schema.ts';
import { Tariff, TariffQuote } from '../clients/tariff.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';
import { EditKey } from '../sync/conflict.schema.ts';
import { command, faults, query } from './procedure.ts';

/** One of the values that people wrote into a field without knowing of each other. */
export const ClientConflictSide = z.object({
  edit: EditKey,
  /** As a person reads it: a member's name for `assignedTo`, masked for a passport; absent: the field was emptied. */
  value: z.string().optional(),
  at: Millis,
  /** Whose hand it was; absent when the device did not say. */
  by: z.string().optional(),
  /** It was written on this device. */
  isOurs: z.boolean(),
});
export type ClientConflictSide = z.infer<typeof ClientConflictSide>;

export const ClientConflict = z.object({
  row: FileRow,
  /** Of the row: the client's, or the appliance's. */
  id: Id,
  field: FileField,
  kept: ClientConflictSide,
  others: z.array(ClientConflictSide),
});
export type ClientConflict = z.infer<typeof ClientConflict>;

/** All that is known of a client here. */
export const ClientFile = z.object({
  client: Client,
  conflicts: z.array(ClientConflict),
  /** In the order in which they were added. */
  appliances: z.array(ApplianceView),
  passport: PassportView,
  /** The tariff that was chosen, and what it comes to with these appliances. */
  tariff: z.object({ tariff: Tariff, quote: TariffQuote }).optional(),
  /** Changes of this device that came after the contract was signed, oldest first. */
  late: z.array(LateEdit),
});
export type ClientFile = z.infer<typeof ClientFile>;

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
    .output(ClientFile.nullable())
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
    .errors(faults('staff.read_only')),
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
    .errors(faults('staff.read_only', 'clients.not_found', 'app.too_large')),
  remove: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .errors(faults('staff.read_only', 'clients.not_found')),
  /** Settles a conflict with one of its values. */
  resolveConflict: command(['manager'], { signedIn: true })
    .input(z.strictObject({ row: FileRow.default('client'), id: Id, field: FileField, choose: EditKey }))
    .output(z.void())
    .errors(faults('staff.read_only', 'clients.not_found', 'clients.conflict_changed')),
  /** Files whose changes here came too late: somebody had deleted them. Newest first. */
  lost: query(['manager']).output(z.array(LostClient)).errors(faults()),
  /** Makes such a file anew under another id, as it was here. */
  restoreCopy: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.object({ id: Id }))
    .errors(faults('staff.read_only', 'clients.not_found')),
  /** Lets such a file go. */
  dismissLost: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .errors(faults('staff.read_only')),

  /**
   * Step 1 of the wizard: other values of the contact data, and the file is looked into; it is this member's unless somebody
   * has it. An address that is given must name a city and a street.
   */
  saveProfile: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id, set: ClientEdit.omit({ assignedTo: true, tariffId: true }) }))
    .output(z.void())
    .errors(faults('staff.read_only', 'clients.not_found', 'clients.address_incomplete', 'app.too_large')),

  /** Values of the passport as they are typed, kept as they are; with what is wrong about the whole by now. */
  patchPassport: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id, set: PassportText }))
    .output(z.object({ faults: z.array(PassportFault) }))
    .errors(faults('staff.read_only', 'clients.not_found', 'clients.key_missing')),
  /** Step 2: the same where nothing may be wrong; else nothing is written, and `params.faults` says what is. */
  savePassport: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id, set: PassportText }))
    .output(z.void())
    .errors(faults('staff.read_only', 'clients.not_found', 'clients.key_missing', 'clients.passport_invalid')),
  /** The passport in clear. Who asked, when and for whose is written down before anything is shown. */
  revealPassport: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(RevealedPassport)
    .errors(faults('staff.read_only', 'clients.not_found', 'clients.key_missing', 'clients.seal_broken')),
  /** The photo itself is given as `PUT /blobs?kind=photo&passport=<client id>`. */
  removePassportPhoto: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .errors(faults('staff.read_only', 'clients.not_found')),

  addAppliance: command(['manager'], { signedIn: true })
    .input(z.strictObject({ clientId: Id, appliance: NewAppliance }))
    .output(z.object({ id: Id }))
    .errors(faults('staff.read_only', 'clients.not_found')),
  patchAppliance: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id, set: ApplianceEdit }))
    .output(z.void())
    .errors(faults('staff.read_only', 'clients.not_found')),
  removeAppliance: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .errors(faults('staff.read_only', 'clients.not_found')),
  /** Photos themselves are given as `PUT /blobs?kind=photo&appliance=<id>`. */
  removeAppliancePhoto: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id, photo: BlobId }))
    .output(z.void())
    .errors(faults('staff.read_only', 'clients.not_found')),

  /** What the member at this device typed into the file's forms and could not save: it shows a passport, to who typed it. */
  drafts: query(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(Drafts)
    .errors(faults()),
  /** Keeps such text, sealed; a draft without any is let go. */
  keepDraft: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id, form: DraftForm, draft: Draft }))
    .output(z.void())
    .errors(faults('clients.not_found', 'clients.key_missing')),

  /** Tariffs that may be given to a client now, by name. */
  tariffs: query(['manager']).output(z.array(Tariff)).errors(faults()),
  /** Step 4: a tariff for the client, and what it comes to. Without one: the first of `tariffs`. */
  applyTariff: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id, tariffId: Id.optional() }))
    .output(z.object({ tariff: Tariff, quote: TariffQuote }))
    .errors(faults('staff.read_only', 'clients.not_found')),

  /** Makes the changes that came too late anew, upon the file as it is now. */
  redoLate: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .errors(faults('staff.read_only', 'clients.not_found')),
  /** Lets them go. */
  dismissLate: command(['manager'], { signedIn: true })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .errors(faults('staff.read_only')),
};
