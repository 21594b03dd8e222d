/** What phones asked this desk, and what came of it: newest first. */
import { IconCheck, IconDeviceMobileOff, IconX } from '@tabler/icons-react';
import { isErrorCode } from '#shared/kernel/errors.ts';
import type { HandledCommand } from '#shared/rpc/exchange.contract.ts';
import { type Text, useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { type Amounts, useAmounts } from './amounts.ts';
import { knownAction, knownReason } from './exchange.rules.ts';
import classes from './rows.module.css';

export function HandledList({ handled }: { readonly handled: readonly HandledCommand[] }) {
  const t = useText();
  const amounts = useAmounts();
  const format = useShopFormat();
  if (handled.length === 0) {
    return (
      <EmptyState
        icon={IconDeviceMobileOff}
        title={t('exchange:commands.empty')}
        text={t('exchange:commands.empty_text')}
      />
    );
  }
  return (
    <ul className={classes.rows}>
      {handled.map((one) => {
        const isDone = one.outcome === 'ACKNOWLEDGED';
        return (
          <li key={one.id} className={classes.row}>
            <span>
              <strong>{actionText(t, one.action)}</strong>
              <small>
                {format.timeWithSeconds(one.at)}
                {' · '}
                {handledText(t, amounts, one)}
                {one.isTold ? null : ` · ${t('exchange:commands.untold')}`}
              </small>
            </span>
            <StatusTag tone={isDone ? 'good' : 'bad'} icon={isDone ? IconCheck : IconX}>
              {t(isDone ? 'exchange:commands.done' : 'exchange:commands.failed')}
            </StatusTag>
          </li>
        );
      })}
    </ul>
  );
}

export function actionText(t: Text, action: string): string {
  const known = knownAction(action);
  return known === undefined ? t('exchange:action.unknown', { action }) : t(`exchange:action.${known}`);
}

/** What a command came to, as a sentence. */
export function handledText(t: Text, amounts: Amounts, { outcome, reason, sold }: HandledCommand): string {
  if (sold !== undefined) {
    return t('exchange:commands.sold', {
      quantity: amounts.quantity(sold.quantity),
      symbol: sold.symbol,
      amount: amounts.dollars(sold.receivedMinor),
    });
  }
  if (outcome === 'ACKNOWLEDGED' || reason === undefined) return t('exchange:commands.carried_out');
  const known = knownReason(reason);
  if (known !== undefined) return t(`exchange:reason.${known}`);
  return isErrorCode(reason) ? t(`errors:${reason}`) : reason;
}
