import type { HqCommand } from '#shared/hq/fleet.api.ts';
import type { Text } from '../../app/i18n/i18n.ts';

/** What came of a command, in words: why it was not carried out, or what it did. */
export function outcomeWords(
  t: Text,
  { order, state, fault, details }: Pick<HqCommand, 'order' | 'state' | 'fault' | 'details'>,
  number: (value: number) => string,
): string[] {
  if (fault !== undefined) {
    const { receipts, refunds } = details;
    const owed = [
      counts(receipts) ? t('console:command.owes_receipts', { count: receipts, n: number(receipts) }) : undefined,
      counts(refunds) ? t('console:command.owes_refunds', { count: refunds, n: number(refunds) }) : undefined,
    ].filter((one) => one !== undefined);
    return [t(`console:command.fault.${fault}`), ...owed];
  }
  if (state !== 'done') return [];
  const { items, lines, version, unsent } = details;
  if (order.kind === 'wipe' && typeof unsent === 'number') {
    return [t('console:command.unsent', { count: unsent, n: number(unsent) })];
  }
  if (order.kind === 'refresh_prices' && typeof items === 'number') {
    return [
      t('console:command.items', { count: items, n: number(items) }),
      t('console:command.price_version', { version }),
    ];
  }
  if (order.kind === 'log_bundle' && typeof lines === 'number') {
    return [t('console:command.lines', { count: lines, n: number(lines) })];
  }
  return order.kind === 'restart' ? [t('console:command.came_back', { version })] : [];
}

const counts = (value: HqCommand['details'][string] | undefined): value is number =>
  typeof value === 'number' && value > 0;
