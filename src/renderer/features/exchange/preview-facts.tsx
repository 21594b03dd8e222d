/** What a sale is made of, before it and after it. */
import type { SellPreview, Sold } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { FactList } from '../../ui/facts.tsx';
import { useAmounts } from './amounts.ts';
import { knownSource } from './exchange.rules.ts';

export function PreviewFacts({ preview }: { readonly preview: SellPreview }) {
  const t = useText();
  const amounts = useAmounts();
  const quantity = amounts.quantity(preview.quantity);
  const source = knownSource(preview.source);
  const sold = `${quantity} ${preview.symbol}`;
  return (
    <FactList
      facts={[
        [t('exchange:fact.asset'), preview.name],
        [
          t('exchange:fact.quantity'),
          preview.isFullPosition ? t('exchange:fact.everything', { quantity, symbol: preview.symbol }) : sold,
        ],
        [t('exchange:fact.price'), amounts.price(preview.unitPrice)],
        [t('exchange:fact.source'), source === undefined ? preview.source : t(`exchange:source.${source}`)],
      ]}
    />
  );
}

export function SoldFacts({ sold }: { readonly sold: Sold }) {
  const t = useText();
  const amounts = useAmounts();
  return (
    <FactList
      facts={[
        [t('exchange:fact.price'), amounts.price(sold.unitPrice)],
        [t('exchange:fact.result'), amounts.gain(sold.pnlMinor)],
        [t('exchange:fact.left'), `${amounts.quantity(sold.remainingQuantity)} ${sold.symbol}`],
        [t('exchange:fact.cash'), amounts.dollars(sold.cashMinor)],
      ]}
    />
  );
}
