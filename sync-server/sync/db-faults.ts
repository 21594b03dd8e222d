/** What a failing statement says about whose fault it is. */

/** SQLSTATE of an error or of what caused it: drizzle wraps the driver's error. Each has a digit, which `EPIPE` has not. */
export function sqlStateOf(error: unknown): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ('code' in one && typeof one.code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(one.code)) return one.code;
  }
  return undefined;
}

/** Serialization failure, deadlock, or a unique key that another transaction took first: the same work may well pass now. */
export const isContention = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01' || state === '23505' || state === '55P03';
};

/**
 * True when the database itself is unwell (no connection, no space, shutting down), so that no mutation is to blame.
 * A driver's error without SQLSTATE is the connection's too.
 */
export const isOutage = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  return state === undefined ? hasErrno(error) : /^(08|53|57|58|XX)/.test(state);
};

const hasErrno = (error: unknown): boolean => {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ('errno' in one || /connection|timeout|closed|terminated/i.test(one.message)) return true;
  }
  return false;
};
