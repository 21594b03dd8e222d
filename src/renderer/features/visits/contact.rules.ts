/** What a guest types with the keys on the screen, and when it is an address. Pure. */

import { formatPhone, parsePhone } from '#shared/kernel/phone.ts';
import { Email } from '#shared/kernel/schemas.ts';
import type { VisitContact } from '#shared/visits/visits.schema.ts';

export type ContactWay = 'email' | 'phone';

export interface ContactDraft {
  readonly way: ContactWay;
  readonly email: string;
  /** `+` and digits. */
  readonly phone: string;
}

const EMAIL_MAX = 254;
/** E.164: a plus and at most fifteen digits. */
const PHONE_MAX = 16;
const RUSSIAN_LENGTH = 12;

export const emptyDraft = (contact: VisitContact): ContactDraft => ({
  way: contact.email === undefined && contact.phone !== undefined ? 'phone' : 'email',
  email: contact.email ?? '',
  phone: contact.phone ?? '+7',
});

/** Adds what a key says to the field that is open. */
export function typeInto(draft: ContactDraft, text: string): ContactDraft {
  return draft.way === 'email' ? withEmail(draft, draft.email + text) : withPhone(draft, draft.phone + text);
}

export function erase(draft: ContactDraft): ContactDraft {
  return draft.way === 'email'
    ? { ...draft, email: draft.email.slice(0, -1) }
    : { ...draft, phone: draft.phone.length > 1 ? draft.phone.slice(0, -1) : '+' };
}

/** A domain replaces whatever stood behind the @. */
export const withDomain = (draft: ContactDraft, domain: string): ContactDraft =>
  withEmail(draft, `${draft.email.split('@')[0] ?? ''}@${domain}`);

export const withEmail = (draft: ContactDraft, email: string): ContactDraft => ({
  ...draft,
  email: email.replace(/\s/g, '').toLowerCase().slice(0, EMAIL_MAX),
});

/** Keeps digits behind one plus. A leading 8 is the Russian habit for +7. */
export function withPhone(draft: ContactDraft, typed: string): ContactDraft {
  const digits = typed.replace(/\D/g, '').replace(/^(?:78|8)(?=9)/, '7');
  const limit = digits.startsWith('7') ? RUSSIAN_LENGTH : PHONE_MAX;
  return { ...draft, phone: `+${digits}`.slice(0, limit) };
}

/** `+79001` → `+7 900 1`: groups as they grow; other countries stay as they are. */
export function showPhone(phone: string): string {
  if (!phone.startsWith('+7')) return phone;
  const [, a = '', b = '', c = '', d = ''] = /^\+7(\d{0,3})(\d{0,3})(\d{0,2})(\d{0,2})$/.exec(phone) ?? [];
  return [`+7 ${a}`.trimEnd(), b, [c, d].filter(Boolean).join('-')]
    .filter(Boolean)
    .reduce((text, part, index) => (index === 2 ? `${text}-${part}` : `${text} ${part}`));
}

/** The contact of the open field, or undefined while it is not one. */
export function readContact(draft: ContactDraft): VisitContact | undefined {
  if (draft.way === 'email') {
    const email = Email.safeParse(draft.email);
    return email.success ? { email: email.data } : undefined;
  }
  const phone = parsePhone(draft.phone);
  return phone === undefined ? undefined : { phone };
}

/** The contact as a guest reads it back; undefined when there is none. */
export const showContact = ({ email, phone }: VisitContact): string | undefined =>
  email ?? (phone === undefined ? undefined : formatPhone(phone));
