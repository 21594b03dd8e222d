/** The form of one item. Pure. */
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { cleanCell, readPrice, writePrice } from '#shared/catalogue/csv-cells.rules.ts';
import type { HqItemPatch } from '#shared/hq/catalogue.api.ts';

export type ItemPatch = Omit<HqItemPatch, 'ver'>;
export type Draft = Pick<CatalogueItem, 'name' | 'vat' | 'favourite' | 'active'> & { readonly price: string };

export const draftOf = ({ name, vat, favourite, active, priceMinor }: CatalogueItem): Draft => ({
  name,
  vat,
  favourite,
  active,
  price: writePrice(priceMinor),
});

/** What of the item the form has changed; or which of its fields cannot stay as they are. */
export function patchOf(
  item: CatalogueItem,
  draft: Draft,
): { readonly patch: ItemPatch } | { readonly wrong: 'name' | 'price' } {
  const name = cleanCell(draft.name);
  const priceMinor = readPrice(cleanCell(draft.price));
  if (name === '') return { wrong: 'name' };
  if (priceMinor === undefined) return { wrong: 'price' };
  return {
    patch: {
      ...(name === item.name ? {} : { name }),
      ...(priceMinor === item.priceMinor ? {} : { priceMinor }),
      ...(draft.vat === item.vat ? {} : { vat: draft.vat }),
      ...(draft.favourite === item.favourite ? {} : { favourite: draft.favourite }),
      ...(draft.active === item.active ? {} : { active: draft.active }),
    },
  };
}
