import { z } from 'zod';

/**
 * A value under the key of its organisation (`src/node/sealing.ts`): `s1.` and base64url of nonce, cipher text and tag. Equal
 * values of one field of one row are equal strings, so that rows merge by field without anybody opening them.
 */
export const Sealed = z
  .string()
  .max(2048)
  .regex(/^s1\.[A-Za-z0-9_-]{38,}$/, 'must be a sealed value');
export type Sealed = z.infer<typeof Sealed>;
