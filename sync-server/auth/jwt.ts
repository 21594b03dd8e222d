/** JSON Web Tokens as far as we make them ourselves: HS256 and nothing else, so no header can choose how it is checked. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const Claims = z.object({
  /** Whose it is. */
  sub: z.string(),
  /** The session that it opens; revoking the session ends the token. */
  sid: z.string(),
  /** Unix seconds. */
  iat: z.int(),
  exp: z.int(),
});
export type Claims = z.infer<typeof Claims>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

export function createJwt(secret: string) {
  const sign = (text: string): Buffer => createHmac('sha256', secret).update(text).digest();
  return {
    make: (claims: Claims): string => {
      const text = `${HEADER}.${encode(claims)}`;
      return `${text}.${sign(text).toString('base64url')}`;
    },
    /** What it says, if it was made here; whether its time is over is for the caller to look. */
    read: (token: string): Claims | undefined => {
      const [header, payload, signature, more] = token.split('.');
      if (header !== HEADER || payload === undefined || signature === undefined || more !== undefined) return undefined;
      const expected = sign(`${header}.${payload}`);
      const given = Buffer.from(signature, 'base64url');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const claims = Claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
      return claims.success ? claims.data : undefined;
    },
  };
}

export type Jwt = ReturnType<typeof createJwt>;
