/**
 * Passwords of people: argon2id (the package's default) with the costs OWASP names: 19 MiB, two passes, one lane. Loaded
 * with the first of them: a server of devices may run for weeks without one.
 */
const argon2 = () => import('@node-rs/argon2');

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = async (password: string): Promise<string> =>
  (await argon2()).hash(password.normalize('NFKC'), COST);

export const verifyPassword = async (stored: string, password: string): Promise<boolean> =>
  (await argon2()).verify(stored, password.normalize('NFKC'));
