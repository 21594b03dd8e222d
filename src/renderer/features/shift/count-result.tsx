/** A finished count, in words first and figures after. */
import type { CashCount } from '#shared/fiscal/shift.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { outcomeOf } from './count.rules.ts';
import classes from './count-result.module.css';

export function CountResult({ count }: { readonly count: CashCount }) {
  const t = useText();
  const format = useShopFormat();
  const { kind, byMinor } = outcomeOf(count);
  return (
    <div className={classes.result}>
      <output className={classes.outcome} data-kind={kind}>
        {kind === 'agrees'
          ? t('desk:count.result.agrees')
          : t(`desk:count.result.${kind}`, { amount: format.money(byMinor) })}
      </output>
      <dl className={classes.figures}>
        <div>
          <dt>{t('desk:count.counted')}</dt>
          <dd>{format.money(count.countedMinor)}</dd>
        </div>
        <div>
          <dt>{t('desk:count.expected')}</dt>
          <dd>{format.money(count.expectedMinor)}</dd>
        </div>
      </dl>
      {kind === 'agrees' ? null : <p className={classes.note}>{t('desk:count.result.note')}</p>}
    </div>
  );
}
