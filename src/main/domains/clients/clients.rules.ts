import { FileField, type FileRow } from '#shared/clients/file.view.ts';
import { PassportField } from '#shared/clients/passport.schema.ts';
import type { ClientConflict, ClientConflictSide } from '#shared/rpc/clients.contract.ts';
import type { ConflictSide, FieldConflict } from '#shared/sync/conflict.schema.ts';

/** Lower case, `ё` as `е`: as the roster keeps what it says of a client. */
export const foldText = (text: string): string =>
  text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim().toLocaleLowerCase('ru').replaceAll('ё', 'е');

/** What a client is found by. A line between the parts: no words run from one into another. */
export const rosterText = (of: {
  readonly name: string;
  readonly phone: string | null;
  /** JSON. */
  readonly phones: string;
  readonly email: string | null;
  readonly address: string | null;
}): string =>
  [of.name, of.address, of.phone, ...(JSON.parse(of.phones) as string[]), of.email]
    .filter((part) => part !== null)
    .map(foldText)
    .join('\n');

/** Words that a client must bear, all of them. A phone may be typed as people write it. */
export function searchWords(text: string): string[] {
  const digits = text.replaceAll(/[\s()+-]/g, '');
  if (/^\d{4,}$/.test(digits)) return [digits.replace(/^[78](?=9\d\d)/, '')];
  return foldText(text).split(' ').filter(Boolean);
}

export interface ConflictEyes {
  readonly deviceId: string;
  readonly memberName: (id: string) => string | undefined;
  readonly tariffName: (id: string) => string | undefined;
  /** A sealed value as it may be shown. */
  readonly mask: (clientId: string, field: PassportField, sealed: string) => string;
}

/** A conflict as a person reads it; `undefined` for a field that this version does not show. */
export function toConflict(
  { entityType, entityId, field, kept, others }: FieldConflict,
  eyes: ConflictEyes,
): ClientConflict | undefined {
  const known = FileField.safeParse(field).data;
  if (known === undefined) return undefined;
  const valueOf = (value: unknown): string | undefined => {
    if (value === null || value === undefined) return undefined;
    if (typeof value !== 'string') return JSON.stringify(value);
    if (known === 'assignedTo') return eyes.memberName(value) ?? value;
    if (known === 'tariffId') return eyes.tariffName(value) ?? value;
    const sealed = entityType === 'passport' ? PassportField.safeParse(field).data : undefined;
    return sealed === undefined ? value : eyes.mask(entityId, sealed, value);
  };
  const toSide = ({ deviceId, incarnation, mid, at, value, by }: ConflictSide): ClientConflictSide => {
    const shown = valueOf(value);
    return {
      edit: { deviceId, incarnation, mid },
      at,
      isOurs: deviceId === eyes.deviceId,
      ...(by === undefined ? {} : { by }),
      ...(shown === undefined ? {} : { value: shown }),
    };
  };
  return { row: entityType as FileRow, id: entityId, field: known, kept: toSide(kept), others: others.map(toSide) };
}
