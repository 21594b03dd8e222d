/** Where an electronic copy may go. Pure. */
import { parsePhone } from '#shared/kernel/phone.ts';
import { Email } from '#shared/kernel/schemas.ts';

export interface Contact {
  readonly email?: string;
  readonly phone?: string;
}

/** One field for both: an `@` tells them apart. */
export function readContact(text: string): Contact | undefined {
  const typed = text.trim();
  if (typed.includes('@')) {
    const email = Email.safeParse(typed);
    return email.success ? { email: email.data } : undefined;
  }
  const phone = parsePhone(typed);
  return phone === undefined ? undefined : { phone };
}
