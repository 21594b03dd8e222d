/** The cursor of the list of devices. Pure. */
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';

/** The last row of a page, as it is ordered. */
const FleetCursor = z.strictObject({ shop: z.string(), name: z.string(), id: z.string() });
export type FleetCursor = z.infer<typeof FleetCursor>;

export const writeFleetCursor = ({ shop, name, id }: FleetCursor): string =>
  Buffer.from(JSON.stringify({ shop, name, id })).toString('base64url');

/** @throws AppError `app.bad_input` for what no page of ours has answered. */
export function readFleetCursor(text: string): FleetCursor {
  const read = z
    .string()
    .refine((json) => !json.includes(String.raw`\u0000`))
    .transform(parsed)
    .pipe(FleetCursor)
    .safeParse(Buffer.from(text, 'base64url').toString());
  if (read.success) return read.data;
  throw new AppError('app.bad_input', 'the cursor is not one of ours', {
    details: { issues: [{ path: 'cursor', message: 'must be what the last page answered as `next`' }] },
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
