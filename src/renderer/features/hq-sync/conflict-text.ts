/** Fields of merged rows and their values in words. */
import { ClientField } from '#shared/clients/clients.schema.ts';
import { formatPhone } from '#shared/kernel/phone.ts';
import type { Text } from '../../app/i18n/i18n.ts';

/** A field of a kind of row that this page does not know goes by its own name. */
export const fieldText = (t: Text, field: string): string => {
  const known = ClientField.safeParse(field).data;
  return known === undefined ? field : t(`sync:hq.conflict.fields.${known}`);
};

export const valueText = (t: Text, field: string, value: unknown): string => {
  if (value === null || value === undefined) return t('sync:hq.conflict.emptied');
  if (typeof value !== 'string') return JSON.stringify(value);
  return field === 'phone' ? formatPhone(value) : value;
};
