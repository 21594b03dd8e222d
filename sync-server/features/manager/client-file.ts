/** What the server knows of a client, as one. */
import type { Appliance } from '#shared/clients/appliances.schema.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { Passport } from '#shared/clients/passport.schema.ts';
import type { Contract, Invoice } from '#shared/contracts/contracts.schema.ts';

export interface ClientFile {
  readonly client: Client;
  readonly passport: Passport | undefined;
  /** By the time they were made. */
  readonly appliances: readonly Appliance[];
  /** Newest first. */
  readonly contracts: readonly Contract[];
  readonly invoices: readonly Invoice[];
  /** Versions of the parts that a manager changes; of the appliances: of the last one, with how many there are. */
  readonly ver: { readonly client: number; readonly passport: number; readonly appliances: number };
}

export interface ListedClient {
  readonly client: Client;
  readonly applianceCount: number;
}
