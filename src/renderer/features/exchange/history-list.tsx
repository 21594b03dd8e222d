/** Sales and what else moved the wallet, newest first. */
import { IconReceiptOff } from '@tabler/icons-react';
import type { ExchangeTransaction } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useAmounts } from './amounts.ts';
import { knownKind } from './exchange.rules.ts';
import { Gain } from './gain.tsx';
import classes from './rows.module.css';

export function HistoryList({ transactions }: { readonly transactions: readonly ExchangeTransaction[] }) {
  const t = useText();
  const amounts = useAmounts();
  const format = useShopFormat();
  if (transactions.length === 0) {
    return (
      <EmptyState icon={IconReceiptOff} title={t('exchange:history.empty')} text={t('exchange:history.empty_text')} />
    );
  }
  return (
    <ul className={classes.rows}>
      {transactions.map((one) => {
        const kind = knownKind(one.kind);
        return (
          <li key={one.id} className={classes.row}>
            <span>
              <strong>{kind === undefined ? one.kind : t(`exchange:history.kind.${kind}`)}</strong>{' '}
              {one.quantity === undefined ? null : (
                <bdi>
                  {amounts.brief(one.quantity)} {one.symbol}
                </bdi>
              )}
              <small>
                {format.dateTime(one.at)}
                {one.unitPrice === undefined
                  ? null
                  : ` · ${t('exchange:history.at', { price: amounts.price(one.unitPrice) })}`}
              </small>
            </span>
            <span className={classes.end}>
              <bdi>{amounts.dollars(one.totalMinor)}</bdi>
              {one.pnlMinor === undefined ? null : (
                <small>
                  <Gain minor={one.pnlMinor} />
                </small>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
