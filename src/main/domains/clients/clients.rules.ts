import { type ClientCard, ClientField } from '#shared/clients/clients.schema.ts';
import type { ClientConflict, ClientConflictSide } from '#shared/rpc/clients.contract.ts';
import type { ConflictSide, FieldConflict } from '#shared/sync/conflict.schema.ts';

const fold = (text: string): string => text.normalize('NFC').toLocaleLowerCase('ru').replaceAll('ё', 'е');

/** True when every word of the text is somewhere in the name, the address or the phone, whatever its case. */
export function matchesText(card: ClientCard, text: string): boolean {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const said = fold(`${card.name} ${card.registrationAddress ?? ''} ${card.phone ?? ''}`);
  return words.every((word) => said.includes(word));
}

/** A conflict as a person reads it; `undefined` for a field that this version does not show. */
export function toConflict(
  { field, kept, others }: FieldConflict,
  seen: { readonly deviceId: string; readonly memberName: (id: string) => string | undefined },
): ClientConflict | undefined {
  const known = ClientField.safeParse(field);
  if (!known.success) return undefined;
  const toSide = ({ deviceId, incarnation, mid, at, value, by }: ConflictSide): ClientConflictSide => ({
    edit: { deviceId, incarnation, mid },
    at,
    isOurs: deviceId === seen.deviceId,
    ...(by === undefined ? {} : { by }),
    ...(typeof value === 'string'
      ? { value: known.data === 'assignedTo' ? (seen.memberName(value) ?? value) : value }
      : {}),
  });
  return { field: known.data, kept: toSide(kept), others: others.map(toSide) };
}
