/** The tabs of the list, and what a file begins with. Pure. */
import { ClientEdit } from '#shared/clients/clients.mutators.ts';
import type { ClientTab } from '#shared/clients/clients.schema.ts';

/** In the order of the tabs; the digit of a tab is its place. */
export const TABS = ['new', 'processed', 'mine', 'in_work'] as const satisfies readonly ClientTab[];

/** The tab on the other side of this one; round the end. */
export const nextTab = (tab: ClientTab, by: 1 | -1): ClientTab =>
  TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? tab;

/**
 * A device begins a file with a name alone; `/api/manager` knows nobody without ten digits after +7.
 *
 * @returns the number, `''` for none where there need be none, undefined for what cannot be taken.
 */
export function readNewPhone(text: string, kind: 'device' | 'server'): string | undefined {
  if (text.trim() === '') return kind === 'device' ? '' : undefined;
  const phone = ClientEdit.shape.phone.safeParse(text).data ?? undefined;
  return kind === 'device' || phone === undefined || /^\+7\d{10}$/.test(phone) ? phone : undefined;
}
