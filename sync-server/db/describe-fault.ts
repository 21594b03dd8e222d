/**
 * What the log tells of an error. Of a statement that failed its name and the code of the database, never its parameters:
 * they are hashes of tokens, names and sums, and the drivers quote them in their messages too.
 */
import { DrizzleQueryError } from 'drizzle-orm';

/** Members that say what happened to a connection or a table, and never what was in it. */
const TOLD = ['code', 'severity', 'table', 'column', 'constraint', 'syscall', 'address', 'port', 'statusCode'] as const;

/** For a serializer of the log: an error as plain members, with what caused it; anything else as it is. */
export function describeFault(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { cause } = error;
  return {
    type: error.constructor.name,
    ...(error instanceof DrizzleQueryError ? { statement: statementName(error.query) } : {}),
    message: messageOf(error),
    ...Object.fromEntries(
      TOLD.flatMap((key) => (isTold(Reflect.get(error, key)) ? [[key, Reflect.get(error, key)]] : [])),
    ),
    stack: framesOf(error),
    ...(cause === undefined ? {} : { cause: describeFault(cause) }),
  };
}

const isTold = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

function messageOf(error: Error): string {
  if (error instanceof DrizzleQueryError) return 'a statement failed';
  // Class 22 is about the data, and says what it was.
  return 'code' in error && /^22[0-9A-Z]{3}$/.test(String(error.code)) ? 'the database refused a value' : error.message;
}

/** The first line of a stack repeats the message. */
const framesOf = ({ stack = '' }: Error): string =>
  stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');

/** A comment in front, or the verb and the first table. */
export function statementName(query: string): string {
  const named = /^\s*\/\* ([a-z.]+) \*\//.exec(query)?.[1];
  if (named !== undefined) return named;
  const [, verb = 'statement'] = /^\W*([a-z]+)/i.exec(query) ?? [];
  const [, table] = /\b(?:from|into|update|table)\s+"?([a-z_]+)"?/i.exec(query) ?? [];
  return [verb.toLowerCase(), table].filter(Boolean).join(' ');
}
