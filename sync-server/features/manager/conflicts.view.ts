/** What two people wrote differently into a client's file, in the words of `/api/manager`. */
import { APPLIANCE_NAMES, ApplianceKind } from '#shared/clients/appliances.schema.ts';
import { FileField } from '#shared/clients/file.view.ts';
import { CONFLICT_FIELDS, type ManagerConflict } from '#shared/clients/manager-conflicts.api.ts';
import { maskPassportValue } from '#shared/clients/passport.rules.ts';
import { PassportField } from '#shared/clients/passport.schema.ts';
import { minorToRoubles } from '#shared/kernel/money.ts';
import type { ConflictSide, FieldConflict } from '#shared/sync/conflict.schema.ts';
import { iso } from './manager.view.ts';

export interface ConflictEyes {
  readonly managerName: (id: string) => string | undefined;
  readonly tariffName: (id: string) => string | undefined;
  /** In clear; undefined for a seal that does not open. */
  readonly open: (clientId: string, field: PassportField, sealed: string) => string | undefined;
}

/** Nothing for a field that this version does not show. */
export function toConflict(conflict: FieldConflict, eyes: ConflictEyes): ManagerConflict[] {
  const { entityType, entityId, kept, others } = conflict;
  const field = FileField.safeParse(conflict.field).data;
  const row = (['client', 'passport', 'appliance'] as const).find((one) => one === entityType);
  if (field === undefined || row === undefined) return [];
  const valueOf = (value: unknown): string | null => {
    if (value === null || value === undefined) return null;
    if (field === 'extraFeeMinor' && typeof value === 'number') return String(minorToRoubles(value));
    if (typeof value !== 'string') return JSON.stringify(value);
    if (row === 'passport') {
      const part = PassportField.safeParse(field).data;
      if (part === undefined) return value;
      const plain = eyes.open(entityId, part, value);
      return plain === undefined ? '•••' : maskPassportValue(part, plain);
    }
    if (field === 'assignedTo') return eyes.managerName(value) ?? value;
    if (field === 'tariffId') return eyes.tariffName(value) ?? value;
    const kind = field === 'kind' ? ApplianceKind.safeParse(value).data : undefined;
    return kind === undefined ? value : APPLIANCE_NAMES[kind];
  };
  const side = ({ deviceId, incarnation, mid, value, at, by }: ConflictSide) => ({
    edit: { device_id: deviceId, incarnation, mid },
    value: valueOf(value),
    at: iso(at),
    by: by ?? null,
  });
  return [
    {
      row: row === 'appliance' ? 'device' : row,
      id: entityId,
      field: CONFLICT_FIELDS[field],
      kept: side(kept),
      others: others.map(side),
    },
  ];
}
