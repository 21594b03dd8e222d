/** Contact data as they are typed: the address in fields, everything else as it is. Pure. */
import {
  ADDRESS_PARTS,
  type AddressPart,
  AddressParts,
  joinAddress,
  missingInAddress,
  NO_ADDRESS,
  splitAddress,
} from '#shared/clients/address.rules.ts';
import { ClientEdit } from '#shared/clients/clients.mutators.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import { formatPhone } from '#shared/kernel/phone.ts';
import type { ProfileEdit } from '../../app/manager.tsx';
import type { ReadField } from './autosave.rules.ts';

export const PROFILE_FIELDS = ['name', 'phone', 'email', 'comment'] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];
type Texts = Readonly<Record<string, string>>;

export const isAddressPart = (field: string): field is AddressPart => ADDRESS_PARTS.some((part) => part === field);

export function showProfile(client: Client): Texts {
  return {
    name: client.name,
    phone: client.phone === undefined ? '' : formatPhone(client.phone),
    email: client.email ?? '',
    comment: client.comment ?? '',
    ...(client.registrationAddress === undefined ? NO_ADDRESS : splitAddress(client.registrationAddress)),
  };
}

/** The whole address that the fields say, with one of them as it is typed. */
const addressWith = (texts: Texts, part: AddressPart, text: string): string => {
  const read = AddressParts.safeParse(
    Object.fromEntries(ADDRESS_PARTS.map((one) => [one, one === part ? text : (texts[one] ?? '')])),
  );
  return read.success ? joinAddress(read.data) : '';
};

/**
 * @param texts what stands in all the fields: a part of an address is good when the whole address is. An address that names no
 *   street is not an address yet, so none of its parts can be kept.
 */
export const readProfile =
  (texts: Texts): ReadField =>
  (field, text) => {
    const trimmed = text.trim();
    if (isAddressPart(field)) {
      const line = addressWith(texts, field, text);
      if (line === '') return trimmed === '' ? null : undefined;
      if (!ClientEdit.shape.registrationAddress.safeParse(line).success || missingInAddress(line).length > 0)
        return undefined;
      return splitAddress(line)[field] || null;
    }
    if (trimmed === '' && field !== 'name') return null;
    const known = PROFILE_FIELDS.find((one) => one === field);
    return known === undefined ? undefined : ClientEdit.shape[known].safeParse(trimmed).data;
  };

/** What is to be saved, from fields that are good. */
export function profileEdit(set: Readonly<Record<string, unknown>>, texts: Texts): ProfileEdit {
  const own = Object.fromEntries(Object.entries(set).filter(([field]) => !isAddressPart(field)));
  const part = Object.keys(set).find(isAddressPart);
  if (part === undefined) return own;
  const line = addressWith(texts, part, texts[part] ?? '');
  return { ...own, registrationAddress: line === '' ? null : line };
}
