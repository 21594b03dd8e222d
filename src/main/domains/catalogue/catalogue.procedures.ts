import { rpc } from '#main/rpc/rpc.ts';
import type { CatalogueService } from './catalogue.service.ts';

export const catalogueProcedures = (catalogue: CatalogueService) => ({
  search: rpc.catalogue.search.handler(({ input }) => catalogue.search(input)),
  byBarcode: rpc.catalogue.byBarcode.handler(({ input }) => catalogue.byBarcode(input.barcode) ?? null),
  categories: rpc.catalogue.categories.handler(() => catalogue.categories()),
  services: rpc.catalogue.services.handler(() => catalogue.services()),
});
