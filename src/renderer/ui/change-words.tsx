/** A mutation in the words of the counter: what it is, which one, and for how much. */
import {
  type Icon,
  IconArrowBackUp,
  IconCashBanknote,
  IconClipboardText,
  IconFileDescription,
  IconReceipt,
  IconShoppingCart,
  IconUser,
  IconWalk,
} from '@tabler/icons-react';
import { MUTATOR_NAMES, type MutatorName } from '#shared/sync/registry.ts';
import type { ChangeSummary } from '#shared/sync/summary.rules.ts';
import { type Text, useText } from '../app/i18n/i18n.ts';

const isKnown = (name: string): name is MutatorName => MUTATOR_NAMES.some((known) => known === name);

/** A change that this version does not know is called by its name: support will know it. */
export const sentenceOf = (t: Text, { name }: Pick<ChangeSummary, 'name'>): string =>
  isKnown(name) ? t(`sync:change.${name}`) : t('sync:change_unknown', { name });

const ICONS: Readonly<Record<string, Icon>> = {
  order: IconShoppingCart,
  payment: IconCashBanknote,
  refund: IconArrowBackUp,
  fiscal: IconReceipt,
  visit: IconWalk,
  client: IconUser,
  report: IconFileDescription,
};

export function ChangeIcon({ name }: { readonly name: string }) {
  const Glyph = ICONS[name.split('.')[0] ?? ''] ?? IconClipboardText;
  return <Glyph size={22} aria-hidden />;
}

/** States that people know by a word; another one is not said. */
const STATES = [
  'awaiting_payment',
  'fulfilled',
  'cancelled',
  'queued',
  'in_progress',
  'done',
  'error',
  'unknown',
  'completed',
  'expired',
  'failed',
  'x',
  'z',
] as const;

export function ChangeWords({ change }: { readonly change: ChangeSummary }) {
  const t = useText();
  const to = STATES.find((one) => one === change.to);
  return (
    <>
      {sentenceOf(t, change)}
      {change.subject === undefined ? null : (
        <>
          {' '}
          <bdi>{change.subject}</bdi>
        </>
      )}
      {to === undefined ? null : ` • ${t(`sync:state.${to}`)}`}
    </>
  );
}
