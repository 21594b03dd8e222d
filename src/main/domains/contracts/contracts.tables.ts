import { index, sqliteTable } from 'drizzle-orm/sqlite-core';
import type { Contract, Invoice, SupportMessage } from '../../../shared/contracts/contracts.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';

export const contracts = sqliteTable(
  'contracts',
  {
    ...replicated<Contract>(),
    clientId: textField('client_id', 'clientId'),
    pdfSha256: textField('pdf_sha256', 'pdfSha256'),
    createdAt: intField('created_at', 'createdAt'),
  },
  (table) => [
    index('contracts_by_client').on(table.clientId, table.createdAt),
    index('contracts_by_pdf').on(table.pdfSha256),
  ],
);

export const invoices = sqliteTable(
  'invoices',
  {
    ...replicated<Invoice>(),
    clientId: textField('client_id', 'clientId'),
    createdAt: intField('created_at', 'createdAt'),
  },
  (table) => [index('invoices_by_client').on(table.clientId, table.createdAt)],
);

export const supportMessages = sqliteTable(
  'support_messages',
  {
    ...replicated<SupportMessage>(),
    clientId: textField('client_id', 'clientId'),
    at: intField('at', 'at'),
  },
  (table) => [index('support_messages_by_client').on(table.clientId, table.at)],
);
