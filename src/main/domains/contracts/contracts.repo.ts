import { desc, eq } from 'drizzle-orm';
import type { Reader } from '#main/db/db.ts';
import type { Contract, Invoice, SupportMessage } from '#shared/contracts/contracts.schema.ts';
import type { ClientFile } from '#shared/contracts/snapshot.rules.ts';
import { appliances, clients, passports, tariffs } from '../clients/clients.tables.ts';
import { contracts, invoices, supportMessages } from './contracts.tables.ts';

/** Of a client, newest first. */
export const listContracts = (db: Reader, clientId: string): Contract[] =>
  db
    .select({ fields: contracts.fields })
    .from(contracts)
    .where(eq(contracts.clientId, clientId))
    .orderBy(desc(contracts.createdAt), desc(contracts.id))
    .all()
    .map(({ fields }) => fields);

/** Of a client, newest first. */
export const listInvoices = (db: Reader, clientId: string): Invoice[] =>
  db
    .select({ fields: invoices.fields })
    .from(invoices)
    .where(eq(invoices.clientId, clientId))
    .orderBy(desc(invoices.createdAt), desc(invoices.id))
    .all()
    .map(({ fields }) => fields);

/** The last of a client, oldest first. */
export const listMessages = (db: Reader, clientId: string, limit: number): SupportMessage[] =>
  db
    .select({ fields: supportMessages.fields })
    .from(supportMessages)
    .where(eq(supportMessages.clientId, clientId))
    .orderBy(desc(supportMessages.at), desc(supportMessages.id))
    .limit(limit)
    .all()
    .map(({ fields }) => fields)
    .toReversed();

/** What a contract of this client is made from; undefined when there is no such client. */
export function readFile(db: Reader, clientId: string): ClientFile | undefined {
  const client = db.select({ fields: clients.fields }).from(clients).where(eq(clients.id, clientId)).get()?.fields;
  if (client === undefined) return undefined;
  const passport = db.select({ fields: passports.fields }).from(passports).where(eq(passports.id, clientId)).get();
  const tariff =
    client.tariffId === undefined
      ? undefined
      : db.select({ fields: tariffs.fields }).from(tariffs).where(eq(tariffs.id, client.tariffId)).get();
  const own = db.select({ fields: appliances.fields }).from(appliances).where(eq(appliances.clientId, clientId)).all();
  return {
    client,
    passport: passport?.fields,
    tariff: tariff?.fields,
    appliances: own.map(({ fields }) => fields),
  };
}
