/** What can be sold now, most of it first: one is chosen for the form beside the list. */
import type { SellOverview } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useAmounts } from './amounts.ts';
import classes from './asset-list.module.css';
import { Gain } from './gain.tsx';

type Asset = SellOverview['holdings'][number];

export function AssetList({
  assets,
  chosenId,
  onChoose,
}: {
  readonly assets: readonly Asset[];
  readonly chosenId: string | undefined;
  readonly onChoose: (assetId: string) => void;
}) {
  const t = useText();
  const amounts = useAmounts();
  return (
    <fieldset className={classes.list}>
      <legend className="visually-hidden">{t('exchange:assets.legend')}</legend>
      {assets.map((one) => (
        <label key={one.assetId} className={classes.asset}>
          <input
            type="radio"
            name="asset"
            checked={one.assetId === chosenId}
            onChange={() => onChoose(one.assetId)}
            aria-label={one.name}
          />
          <span className={classes.name}>
            <strong>
              <bdi>{one.name}</bdi>
            </strong>
            <small>
              <bdi>{one.symbol}</bdi>
            </small>
          </span>
          <span className={classes.cell}>
            <bdi>{amounts.price(one.currentPrice)}</bdi>
            <small>{t('exchange:assets.bought', { price: amounts.price(one.avgBuyPrice) })}</small>
          </span>
          <span className={classes.cell}>
            <bdi>{amounts.dollars(one.valueMinor)}</bdi>
            <small>{t('exchange:assets.max', { quantity: amounts.brief(one.maxQuantity), symbol: one.symbol })}</small>
          </span>
          <span className={classes.cell}>
            <Gain minor={one.pnlMinor} />
            <small>{amounts.change(one.pnlPct)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
