import { IconReceiptOff } from '@tabler/icons-react';
import type { ReceiptQr } from '#shared/fiscal/fiscal-qr.rules.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import classes from './sales.module.css';

/** A receipt that no till of this shop knows: what it says of itself, and what can still be done. */
export function MissingReceipt({ receipt }: { readonly receipt: ReceiptQr }) {
  const t = useText();
  const format = useShopFormat();
  const isReturn = receipt.operation === 'sell_return';
  return (
    <aside className={classes.chosen} aria-live="assertive">
      <div className={classes.missing}>
        <IconReceiptOff size={44} stroke={1.5} aria-hidden />
        <h2>{t(isReturn ? 'cashier:missing.return_title' : 'cashier:missing.title')}</h2>
        <dl>
          <div>
            <dt>{t('receipt:fd')}</dt>
            <dd>{receipt.fiscalDocumentNumber}</dd>
          </div>
          <div>
            <dt>{t('receipt:fn')}</dt>
            <dd>{receipt.fnNumber}</dd>
          </div>
          <div>
            <dt>{t('receipt:total')}</dt>
            <dd>{format.money(receipt.totalMinor)}</dd>
          </div>
        </dl>
        <ul>
          <li>{t('cashier:missing.another_shop')}</li>
          <li>{t('cashier:missing.another_till')}</li>
          <li>{t('cashier:missing.by_hand')}</li>
        </ul>
      </div>
    </aside>
  );
}
