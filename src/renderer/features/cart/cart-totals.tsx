/** What the receipt comes to before, what comes off it, and the tax inside. */
import { IconDiscount2, IconShieldCheck } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import { PlainButton } from '../../ui/plain-button.tsx';
import { type Draft, totals } from './cart.rules.ts';
import classes from './cart-panel.module.css';

export function CartTotals({
  draft,
  needsApproval,
  onDiscount,
}: {
  readonly draft: Draft;
  /** The discounts are more than this cashier gives alone. */
  readonly needsApproval: boolean;
  /** Absent while nothing may change. */
  readonly onDiscount: (() => void) | undefined;
}) {
  const t = useText();
  const format = useShopFormat();
  const { fullMinor, lineDiscountMinor, receiptDiscountMinor, vat } = totals(draft);
  const { discount } = draft;
  return (
    <div className={classes.totals}>
      {needsApproval ? (
        <p className={classes.needs}>
          <IconShieldCheck size={18} aria-hidden />
          {t('cashier:cart.needs_approval')}
        </p>
      ) : null}
      <dl>
        <div>
          <dt>{t('cashier:cart.full')}</dt>
          <dd>{format.sum(fullMinor)}</dd>
        </div>
        {lineDiscountMinor > 0 ? (
          <div data-off>
            <dt>{t('cashier:cart.lines_discount')}</dt>
            <dd>{`−${format.sum(lineDiscountMinor)}`}</dd>
          </div>
        ) : null}
        <div data-off={receiptDiscountMinor > 0 || undefined}>
          <dt>
            <PlainButton className={classes.whole ?? ''} onClick={onDiscount} disabled={onDiscount === undefined}>
              <IconDiscount2 size={18} aria-hidden />
              {discount?.kind === 'percent'
                ? t('cashier:cart.receipt_percent', { percent: format.number(discount.basisPoints / 100) })
                : t('cashier:cart.receipt_discount')}
              <KeyHint keys="Shift+F8" />
            </PlainButton>
          </dt>
          <dd>{receiptDiscountMinor > 0 ? `−${format.sum(receiptDiscountMinor)}` : format.sum(0)}</dd>
        </div>
        {vat.length === 0 ? (
          <div>
            <dt>{t('cashier:cart.no_vat')}</dt>
          </div>
        ) : (
          vat.map(({ percent, minor }) => (
            <div key={percent}>
              <dt>{t('cashier:cart.vat', { percent })}</dt>
              <dd>{format.sum(minor)}</dd>
            </div>
          ))
        )}
      </dl>
    </div>
  );
}
