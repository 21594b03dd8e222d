/** Where a list that is ordered by text was left: the last row's columns of the order, as one opaque word. */
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';

export interface RowCursor<Row> {
  readonly write: (last: Row) => string;
  /** @throws AppError `app.bad_input` for what no page of ours has answered. */
  readonly read: (text: string) => Row;
}

export function rowCursor<Row>(schema: z.ZodType<Row>): RowCursor<Row> {
  const Text = z
    .string()
    // PostgreSQL takes no such letter.
    .refine((json) => !json.includes(String.raw`\u0000`))
    .transform(parsed)
    .pipe(schema);
  return {
    write: (last) => Buffer.from(JSON.stringify(schema.parse(last))).toString('base64url'),
    read: (text) => {
      const read = Text.safeParse(Buffer.from(text, 'base64url').toString());
      if (read.success) return read.data;
      throw new AppError('app.bad_input', 'the cursor is not one of ours', {
        details: { issues: [{ path: 'cursor', message: 'must be what the last page answered as `next`' }] },
      });
    },
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
