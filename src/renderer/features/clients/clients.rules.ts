/** The tabs of the list. Pure. */
import type { ClientTab } from '#shared/clients/clients.schema.ts';

/** In the order of the tabs; the digit of a tab is its place. */
export const TABS = ['new', 'processed', 'mine', 'in_work'] as const satisfies readonly ClientTab[];

/** The tab on the other side of this one; round the end. */
export const nextTab = (tab: ClientTab, by: 1 | -1): ClientTab =>
  TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? tab;
