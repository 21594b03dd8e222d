/** The right column: how much, how, and one button that does it. The total never moves. */
import { Button } from '@mantine/core';
import { IconArrowsSplit2, IconCash, IconCheck, IconCreditCard, IconInfoCircle, IconMail } from '@tabler/icons-react';
import { memo } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Money } from '../../ui/money.tsx';
import { useCheckoutStore } from './checkout.store.ts';
import { MethodButton } from './method-button.tsx';
import classes from './pay-panel.module.css';
import type { Settlement } from './tender.rules.ts';
import { TenderForm } from './tender-form.tsx';
import { UncertainSale } from './uncertain-sale.tsx';
import type { Checkout } from './use-checkout.ts';

// Made once: a button is drawn again when its icon is another one.
const CARD_ICON = <IconCreditCard size={26} aria-hidden />;
const CASH_ICON = <IconCash size={26} aria-hidden />;

export function PayPanel({
  totalMinor,
  checkout,
  onPay,
  onContact,
  notice,
}: {
  readonly totalMinor: number;
  readonly checkout: Checkout;
  readonly onPay: (settlement: Settlement) => void;
  readonly onContact: () => void;
  /** A calm word at the foot of the column. */
  readonly notice?: string | undefined;
}) {
  const t = useText();
  const { method, amount, contact } = useCheckoutStore();
  const isEmpty = totalMinor === 0;
  const { attempt, isUnderWay } = checkout;
  return (
    <section className={classes.panel} aria-label={t('cashier:pay.title')}>
      <div>
        <h2 className={classes.caption}>{t('cashier:pay.due')}</h2>
        <output className={classes.total} data-empty={isEmpty || undefined}>
          <Money minor={totalMinor} />
        </output>
      </div>
      {/* Disabled as a set: the buttons themselves need not be drawn again. */}
      <fieldset className={classes.methods} aria-label={t('cashier:pay.how')} disabled={isEmpty || isUnderWay}>
        <MethodButton method="card" icon={CARD_ICON} keys="F10" />
        <MethodButton method="cash" icon={CASH_ICON} keys="F9" />
      </fieldset>
      {attempt.phase === 'uncertain' ? (
        <UncertainSale checkout={checkout} />
      ) : (
        <TenderForm
          // A new method is a new form: the focus goes to its first field.
          key={method ?? 'none'}
          totalMinor={totalMinor}
          method={method}
          amount={amount}
          isSending={attempt.phase === 'sending'}
          onPay={onPay}
        />
      )}
      {attempt.phase === 'refused' ? <ErrorLine error={attempt.error} /> : null}
      <div className={classes.more}>
        <fieldset className={classes.set} disabled={isEmpty || isUnderWay}>
          <MixedButton isMixed={method === 'mixed'} />
        </fieldset>
        <fieldset className={classes.set} disabled={isUnderWay}>
          <ContactButton hasContact={contact !== undefined} onContact={onContact} />
        </fieldset>
      </div>
      {contact ? (
        <p className={classes.contact}>{t('cashier:pay.copy_to', { to: contact.email ?? contact.phone })}</p>
      ) : null}
      <div className={classes.foot}>
        {notice === undefined ? null : (
          <p className={classes.note}>
            <IconInfoCircle size={18} aria-hidden />
            {notice}
          </p>
        )}
      </div>
    </section>
  );
}

const MixedButton = memo(function MixedButton({ isMixed }: { readonly isMixed: boolean }) {
  const t = useText();
  const choose = useCheckoutStore((state) => state.choose);
  return (
    <Button
      variant="default"
      data-chosen={isMixed || undefined}
      aria-pressed={isMixed}
      leftSection={<IconArrowsSplit2 size={20} aria-hidden />}
      onClick={() => choose(isMixed ? undefined : 'mixed')}
      className={classes.second ?? ''}
    >
      {t('cashier:pay.mixed')}
    </Button>
  );
});

const ContactButton = memo(function ContactButton({
  hasContact,
  onContact,
}: {
  readonly hasContact: boolean;
  readonly onContact: () => void;
}) {
  const t = useText();
  return (
    <Button
      variant="default"
      leftSection={hasContact ? <IconCheck size={20} aria-hidden /> : <IconMail size={20} aria-hidden />}
      onClick={onContact}
      className={classes.second ?? ''}
    >
      {t('cashier:pay.electronic')}
    </Button>
  );
});
