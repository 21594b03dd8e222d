import { IconCash, IconCreditCard } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import type { RefundDraft } from './refund.rules.ts';
import classes from './refund-dialog.module.css';

/** How the money goes back: the way it came, card first. */
export function RefundTenders({ draft }: { readonly draft: RefundDraft }) {
  const t = useText();
  const format = useShopFormat();
  const tenders = draft.is === 'ready' ? draft.tenders : [];
  return (
    <div className={classes.tenders} aria-live="polite">
      {tenders.length === 0 ? <p className={classes.text}>{t('cashier:refund.choose')}</p> : null}
      <ul>
        {tenders.map(({ type, sumMinor }) => (
          <li key={type}>
            {type === 'cash' ? <IconCash size={24} aria-hidden /> : <IconCreditCard size={24} aria-hidden />}
            <span>{t(`cashier:refund.${type}`)}</span>
            <strong>{format.money(sumMinor)}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}
