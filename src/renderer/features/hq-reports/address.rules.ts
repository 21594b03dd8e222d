import { parsePhone } from '#shared/kernel/phone.ts';
import { Email } from '#shared/kernel/schemas.ts';
import type { DeliveryAddress } from '#shared/reports/delivery.schema.ts';

/** What a person typed, as an address: whatever has an @ is an e-mail. */
export function readAddress(text: string): DeliveryAddress | undefined {
  const typed = text.trim();
  if (typed.includes('@')) {
    const email = Email.safeParse(typed.toLowerCase());
    return email.success ? { channel: 'email', address: email.data } : undefined;
  }
  const phone = parsePhone(typed);
  return phone === undefined ? undefined : { channel: 'sms', address: phone };
}
