import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  HqCategories,
  HqImport,
  HqImportChanges,
  HqImportChangesQuery,
  HqImportQuery,
  HqImports,
  HqItem,
  HqItemPatch,
  HqItems,
  HqItemsQuery,
  HqPriceCancel,
  HqPricePlan,
  HqPrices,
  MAX_IMPORT_BYTES,
} from '#shared/hq/catalogue.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { CatalogueService } from './catalogue.service.ts';
import type { ImportsService } from './imports.service.ts';

const ById = z.strictObject({ id: Id });
const OfShop = z.strictObject({ shopId: Id });

export const catalogueRoutes =
  (guards: Guards, catalogue: CatalogueService, imports: ImportsService) => async (app: FastifyInstance) => {
    // A file is handed on as it comes in, never gathered in memory.
    app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
    await scope(app, guards.session('hq_admin'), (add) => {
      const read = { tag: 'Catalogue', rate: 'read' } as const;
      const write = { tag: 'Catalogue', rate: 'write' } as const;
      add(
        'GET',
        '/hq/catalogue/items',
        { ...read, summary: 'Items of a shop, by name', query: HqItemsQuery, reply: HqItems },
        (call) => catalogue.items(call.principal, call.query),
      );
      add(
        'GET',
        '/hq/catalogue/categories',
        { ...read, summary: 'Categories of a shop', query: OfShop, reply: HqCategories },
        (call) => catalogue.categories(call.principal, call.query.shopId),
      );
      add(
        'PATCH',
        '/hq/catalogue/items/:id',
        {
          ...write,
          summary: 'Edit an item; its devices get it at once. `ver` must be the one that was read',
          params: ById,
          body: HqItemPatch,
          reply: HqItem,
        },
        (call) => catalogue.edit(call.principal, call.params.id, call.body),
      );
      add(
        'GET',
        '/hq/catalogue/items/:id/prices',
        { ...read, summary: 'Prices of an item: coming, present, past and taken back', params: ById, reply: HqPrices },
        (call) => catalogue.prices(call.principal, call.params.id),
      );
      add(
        'POST',
        '/hq/catalogue/items/:id/prices',
        {
          ...write,
          summary:
            'A price from a moment on: devices get it at once, and ask it from that moment, with a line or without',
          params: ById,
          body: HqPricePlan,
          reply: HqItem,
        },
        (call) => catalogue.planPrice(call.principal, call.params.id, call.body),
      );
      add(
        'POST',
        '/hq/catalogue/items/:id/prices/cancel',
        { ...write, summary: 'Take back a price that has not begun', params: ById, body: HqPriceCancel, reply: HqItem },
        (call) => catalogue.cancelPrice(call.principal, call.params.id, call.body),
      );
      add(
        'POST',
        '/hq/catalogue/imports',
        {
          ...write,
          summary: 'Check a table: the body is the CSV itself, as text/csv. Nothing changes until it is applied',
          query: HqImportQuery,
          reply: HqImport,
          statuses: [202],
          bodyLimit: MAX_IMPORT_BYTES,
        },
        async (call) => {
          const { body } = call.request;
          if (!(body instanceof Readable)) throw new AppError('app.bad_input', 'the body must be a table as text/csv');
          call.reply.code(202);
          return imports.create(call.principal, call.query, body);
        },
      );
      add('GET', '/hq/catalogue/imports', { ...read, summary: 'The latest imports', reply: HqImports }, (call) =>
        imports.list(call.principal),
      );
      add(
        'GET',
        '/hq/catalogue/imports/:id',
        {
          ...read,
          summary: 'How an import stands: progress, errors, counts of changes',
          params: ById,
          reply: HqImport,
        },
        (call) => imports.get(call.principal, call.params.id),
      );
      add(
        'GET',
        '/hq/catalogue/imports/:id/changes',
        {
          ...read,
          summary: 'What an import would change, in the order of its table',
          params: ById,
          query: HqImportChangesQuery,
          reply: HqImportChanges,
        },
        (call) => imports.changes(call.principal, call.params.id, call.query),
      );
      add(
        'POST',
        '/hq/catalogue/imports/:id/apply',
        {
          ...write,
          summary: 'Apply all changes of a ready import at once',
          params: ById,
          reply: HqImport,
          statuses: [202],
        },
        (call) => {
          call.reply.code(202);
          return imports.apply(call.principal, call.params.id);
        },
      );
      add(
        'POST',
        '/hq/catalogue/imports/:id/cancel',
        { ...write, summary: 'Give up an import that has not been applied', params: ById, reply: HqImport },
        (call) => imports.cancel(call.principal, call.params.id),
      );
    });
  };
