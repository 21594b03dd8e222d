import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import classes from './pay-panel.module.css';
import type { Payment, Settlement } from './tender.rules.ts';

/** Change, or what is missing, or what goes to the card: always on the same line. */
export function CashChange({
  totalMinor,
  payment,
  settlement,
  typed,
}: {
  readonly totalMinor: number;
  readonly payment: Payment | undefined;
  readonly settlement: Settlement | undefined;
  readonly typed: number | undefined;
}) {
  const t = useText();
  const format = useShopFormat();
  const isMixed = payment?.method === 'mixed';
  const missing =
    !isMixed && typed !== undefined && totalMinor > 0 && typed < totalMinor ? totalMinor - typed : undefined;
  const [label, minor] = isMixed
    ? [t('cashier:pay.card_part'), Math.max(0, totalMinor - payment.cashMinor)]
    : missing !== undefined
      ? [t('cashier:pay.missing'), missing]
      : [t('cashier:pay.change'), settlement?.changeMinor ?? 0];
  return (
    <div className={classes.result} aria-live="polite">
      <span className={classes.label}>{label}</span>
      <bdi
        className={classes.change}
        data-missing={missing !== undefined || undefined}
        data-some={minor > 0 || undefined}
      >
        {format.sum(minor)}
      </bdi>
    </div>
  );
}
