/** `/api/manager`: what two people wrote differently, and who is right. */
import { z } from 'zod';
import { Id } from '../kernel/schemas.ts';
import type { FileField } from './file.view.ts';
import { Text } from './manager-values.api.ts';

/** The wire's names of fields that people may write differently. */
export const CONFLICT_FIELDS = {
  name: 'name',
  phone: 'phone',
  email: 'email',
  registrationAddress: 'address',
  comment: 'comment',
  assignedTo: 'assigned_manager_id',
  tariffId: 'tariff_id',
  kind: 'device_type',
  title: 'title',
  description: 'description',
  specs: 'specs',
  extraFeeMinor: 'extra_fee',
  lastName: 'last_name',
  firstName: 'first_name',
  middleName: 'middle_name',
  birthDate: 'birth_date',
  series: 'series',
  number: 'number',
  issuedBy: 'issued_by',
  issueCode: 'issue_code',
  issueDate: 'issue_date',
  address: 'registration_address',
  photo: 'photo',
} as const satisfies Record<FileField, string>;

const ManagerConflictSide = z.strictObject({
  edit: z.strictObject({ device_id: z.string(), incarnation: z.int(), mid: z.int() }),
  /** As a person reads it, a passport's masked; null: the field was emptied. */
  value: Text,
  at: z.string(),
  by: Text,
});

/** Two people wrote one field without knowing of each other, and nobody has said yet who is right. */
export const ManagerConflict = z.strictObject({
  row: z.enum(['client', 'passport', 'device']),
  /** The client's, or the device's. */
  id: Id,
  field: z.enum(Object.values(CONFLICT_FIELDS) as [ConflictFieldName, ...ConflictFieldName[]]),
  /** What the file says. */
  kept: ManagerConflictSide,
  /** What it does not say, newest first. */
  others: z.array(ManagerConflictSide),
});
export type ManagerConflict = z.infer<typeof ManagerConflict>;
type ConflictFieldName = (typeof CONFLICT_FIELDS)[FileField];

/** `POST /api/manager/clients/:id/conflicts/resolve`: the value that came with this edit is right. */
export const ResolveConflictRequest = z.strictObject({
  ...ManagerConflict.pick({ row: true, id: true, field: true }).shape,
  choose: ManagerConflictSide.shape.edit,
});
export type ResolveConflictRequest = z.infer<typeof ResolveConflictRequest>;
