/** Field schemas that several domains share. Messages say what is allowed. */
import { z } from 'zod';
import { UUID_PATTERN } from './ids.ts';
import { MAX_MINOR } from './money.ts';
import { parsePhone } from './phone.ts';

export const Id = z.string().regex(UUID_PATTERN, 'must be a UUID');
/** Unix milliseconds, UTC. */
export const Millis = z.int().min(0).max(8_640_000_000_000_000);
/** A sum of money, minor units, not negative. */
export const Minor = z.int().min(0).max(MAX_MINOR);
/** A sum of money that is more than nothing. */
export const PositiveMinor = z.int().min(1, 'must be more than zero').max(MAX_MINOR);
/** Quantity in thousandths, more than nothing; up to 99,999.999. */
export const QuantityMilli = z.int().min(1).max(99_999_999);
export const Currency = z.enum(['RUB', 'USD', 'EUR']);
export const Email = z.email('must be an e-mail address').max(254);
export const Phone = z
  .string()
  .max(32)
  .transform((text, ctx) => {
    const phone = parsePhone(text);
    if (phone === undefined) {
      ctx.issues.push({ code: 'custom', input: text, message: 'must be a phone number with its country code' });
      return z.NEVER;
    }
    return phone;
  });
