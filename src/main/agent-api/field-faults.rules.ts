/** Wrong fields as an integrator needs them: where, what stood there, and what is allowed. */
import type { z } from 'zod';
import type { Issue } from '#shared/kernel/errors.ts';

export interface FieldFault extends Issue {
  /** What stood there, cut short; `undefined` leaves JSON without it: nothing stood there. */
  readonly value: unknown;
  readonly allowed: string;
}

const MAX_SHOWN = 200;

/** @param input what the issues were found in */
export const toFieldFaults = (issues: readonly z.core.$ZodIssue[], input: unknown): FieldFault[] =>
  issues.flatMap((issue) => {
    // Unknown members are a fault of the whole to zod; to whoever wrote them, each is one of its own.
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => ({
      path: path.map(String).join('.'),
      message: issue.message,
      value: shown(valueAt(input, path)),
      allowed: allowedBy(issue),
    }));
  });

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'invalid_type':
      return article(issue.expected);
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${UNITS[issue.origin] ?? ''}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${UNITS[issue.origin] ?? ''}`;
    case 'unrecognized_keys':
      return 'nothing of that name';
    case 'invalid_format':
    case 'custom':
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      // Our own schemas say it in their messages.
      return issue.message.replace(/^must be /, '');
  }
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' elements' };
const article = (type: string): string =>
  type === 'int' ? 'an integer' : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null && Object.hasOwn(node, key)
        ? (node as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );

function shown(value: unknown): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined) return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
