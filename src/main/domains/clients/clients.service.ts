/**
 * Clients of this shop's managers.
 *
 * Composition: `createClients(core, { signedIn: () => staff.signedIn() })`.
 */

import type { Core } from '#main/core.ts';
import type { ClientCard, ClientTab } from '#shared/clients/clients.schema.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { countTabs, listTab } from './clients.repo.ts';
import { matchesText } from './clients.rules.ts';

export interface ClientService {
  /** Cards of a tab, most recently changed first, that bear the text; and how many each tab has in all. */
  list(query: { readonly tab: ClientTab; readonly text: string }): {
    readonly clients: ClientCard[];
    readonly counts: Record<ClientTab, number>;
  };
}

/** SQLite folds the case of ASCII only, so the text is looked for here; a manager's tab is far below this. */
const SEARCHED = 5000;
const SHOWN = 200;

export function createClients(
  { db }: Pick<Core, 'db'>,
  { signedIn }: { readonly signedIn: () => StaffMember | undefined },
): ClientService {
  return {
    list: ({ tab, text }) => {
      const memberId = signedIn()?.id;
      const counts = countTabs(db, memberId);
      if (text.trim() === '') return { clients: listTab(db, tab, memberId, SHOWN), counts };
      const clients = listTab(db, tab, memberId, SEARCHED).filter((card) => matchesText(card, text));
      return { clients: clients.slice(0, SHOWN), counts };
    },
  };
}
