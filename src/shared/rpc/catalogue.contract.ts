import { z } from 'zod';
import { CatalogueItem } from '../catalogue/catalogue.schema.ts';
import { faults, query } from './procedure.ts';

export const catalogueContract = {
  /**
   * Items for sale by what was typed, in either keyboard layout: exactly this SKU or barcode, then names that begin with
   * it, then every word the beginning of a word, then letters inside. Without a text favourites first, then by name.
   */
  search: query(['cashier'])
    .input(
      z.strictObject({
        text: z.string().trim().max(128).default(''),
        category: z.string().max(64).optional(),
        favourite: z.boolean().optional(),
        limit: z.int().min(1).max(200).default(60),
      }),
    )
    .output(z.array(CatalogueItem))
    .errors(faults()),
  /** The item that bears exactly this barcode; null when there is none. */
  byBarcode: query(['cashier'])
    .input(z.strictObject({ barcode: z.string().min(1).max(32) }))
    .output(CatalogueItem.nullable())
    .errors(faults()),
  categories: query(['cashier']).output(z.array(z.string())).errors(faults()),
  /** What this kiosk offers, one item to a kind. */
  services: query(['kiosk']).output(z.array(CatalogueItem)).errors(faults()),
};
