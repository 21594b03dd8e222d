/** Phone numbers are kept as E.164 (`+79001234567`). */

/**
 * Reads what a person types: spaces, brackets and dashes are dropped, a Russian 8 becomes +7, ten digits that start
 * with 9 are taken for Russian. Anything else must carry its `+` and country code. `undefined` when it cannot be one.
 */
export function parsePhone(text: string): string | undefined {
  const compact = text.replace(/[\s()\-.\u00a0]/g, '');
  if (/^8\d{10}$/.test(compact)) return `+7${compact.slice(1)}`;
  if (/^7\d{10}$/.test(compact)) return `+${compact}`;
  if (/^9\d{9}$/.test(compact)) return `+7${compact}`;
  if (/^\+7\d{10}$/.test(compact)) return compact;
  return /^\+(?!7)[1-9]\d{7,14}$/.test(compact) ? compact : undefined;
}

/** `+79001234567` → `+7 900 123-45-67`; other countries stay as they are. */
export const formatPhone = (phone: string): string =>
  phone.replace(/^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/, '+7 $1 $2-$3-$4');

/** Keeps the last two digits: how a phone may appear in a log or on a shared screen. */
export const maskPhone = (phone: string): string => phone.replace(/\d(?=\d{2})/g, '•');

/** The first letter and the domain: how an e-mail may appear in a log or on a shared screen. */
export const maskEmail = (email: string): string => email.replace(/^(.)[^@]*(@.*)$/, '$1•••$2');
