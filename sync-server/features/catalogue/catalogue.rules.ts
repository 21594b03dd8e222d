/** The cursor of the list of items, and what an act has decided of prices. Pure. */
import type { CatalogueItem, ComingPrice } from '#shared/catalogue/catalogue.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { UUID_PATTERN } from '#shared/kernel/ids.ts';

/** The last row of a page: its name in lower case, as the database gave it, and its id. */
export interface ItemCursor {
  readonly name: string;
  readonly id: string;
}

export const writeItemCursor = ({ name, id }: ItemCursor): string => Buffer.from(`${id}${name}`).toString('base64url');

/** @throws AppError `app.bad_input` for what no page of ours has answered. */
export function readItemCursor(text: string): ItemCursor {
  const read = Buffer.from(text, 'base64url').toString();
  const [id, name] = [read.slice(0, 36), read.slice(36)];
  if (UUID_PATTERN.test(id) && !name.includes('\0') && name.isWellFormed()) return { id, name };
  throw new AppError('app.bad_input', 'the cursor is not one of ours', {
    details: { issues: [{ path: 'cursor', message: 'must be what the last page answered as `next`' }] },
  });
}

/** Prices that an act has set, and moments of those that it has taken back; `before` and `after` as of `at`. */
export function priceChanges(
  before: CatalogueItem | undefined,
  after: CatalogueItem,
  at: number,
): { readonly set: readonly ComingPrice[]; readonly dropped: readonly number[] } {
  const same = (one: ComingPrice) => (other: ComingPrice) =>
    one.effectiveFrom === other.effectiveFrom && one.priceMinor === other.priceMinor;
  const [was, is] = [before?.coming ?? [], after.coming ?? []];
  const now = before?.priceMinor === after.priceMinor ? [] : [{ priceMinor: after.priceMinor, effectiveFrom: at }];
  return {
    set: [...now, ...is.filter((price) => !was.some(same(price)))],
    dropped: was.filter((price) => !is.some(same(price))).map(({ effectiveFrom }) => effectiveFrom),
  };
}
