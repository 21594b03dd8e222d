import { z } from 'zod';
import { ClientCard, ClientTab } from '../clients/clients.schema.ts';
import { faults, query } from './procedure.ts';

export const clientsContract = {
  /** Cards of a tab, most recently changed first; `text` looks in name, phone and address. */
  list: query(['manager'])
    .input(z.strictObject({ tab: ClientTab, text: z.string().trim().max(128).default('') }))
    .output(z.object({ clients: z.array(ClientCard), counts: z.record(ClientTab, z.int().min(0)) }))
    .errors(faults()),
};
