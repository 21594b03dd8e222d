import { TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { CashChange } from './cash-change.tsx';
import { CashNotes } from './cash-notes.tsx';
import { useCheckoutStore } from './checkout.store.ts';
import classes from './pay-panel.module.css';
import { SubmitButton } from './submit-button.tsx';
import {
  amountText,
  groupDigits,
  type Method,
  parseAmount,
  paymentOf,
  type Settlement,
  settle,
} from './tender.rules.ts';

/** How the sum is paid: what was handed over, what goes back, and the button that makes the sale. */
export function TenderForm({
  totalMinor,
  method,
  amount,
  isSending,
  onPay,
}: {
  readonly totalMinor: number;
  readonly method: Method | undefined;
  readonly amount: string;
  readonly isSending: boolean;
  readonly onPay: (settlement: Settlement) => void;
}) {
  const t = useText();
  const { choose, setAmount } = useCheckoutStore();
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (method === 'card') button.current?.focus();
    else if (method) field.current?.focus();
  }, [method]);
  const payment = method && paymentOf(method, amount);
  const settlement = payment && settle(totalMinor, payment);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (settlement && !isSending) onPay(settlement);
  };
  /** A note laid on the counter adds to what lies there; the first one also says that cash it is. */
  const addNote = (minor: number) => {
    if (method === undefined || method === 'card') choose('cash');
    setAmount(amountText((method === 'cash' || method === 'mixed' ? (parseAmount(amount) ?? 0) : 0) + minor));
    field.current?.focus();
  };
  const typed = parseAmount(amount);
  if (method === 'card') {
    return (
      <form className={classes.box} onSubmit={submit}>
        <p className={classes.terminal}>{t('cashier:pay.terminal')}</p>
        <SubmitButton ref={button} isReady={settlement !== undefined} isSending={isSending}>
          {t('cashier:pay.card_done')}
        </SubmitButton>
      </form>
    );
  }
  const isMixed = method === 'mixed';
  return (
    <form className={classes.box} onSubmit={submit} data-idle={method === undefined || undefined}>
      <div className={classes.row}>
        <label htmlFor="received" className={classes.label}>
          {isMixed ? t('cashier:pay.cash_part') : t('cashier:pay.received')}
        </label>
        <TextInput
          ref={field}
          id="received"
          variant="unstyled"
          classNames={{ input: classes.amount ?? '', root: classes.field ?? '' }}
          inputMode="decimal"
          autoComplete="off"
          placeholder={isMixed ? '0' : groupDigits(amountText(totalMinor))}
          value={groupDigits(amount)}
          disabled={totalMinor === 0 || isSending}
          onFocus={() => {
            if (method === undefined) choose('cash');
          }}
          onChange={(event) => setAmount(event.currentTarget.value)}
          error={amount !== '' && typed === undefined}
        />
      </div>
      <CashNotes disabled={totalMinor === 0 || isSending} onAdd={addNote} />
      <CashChange totalMinor={totalMinor} payment={payment} settlement={settlement} typed={typed} />
      {method ? (
        <SubmitButton ref={button} isReady={settlement !== undefined} isSending={isSending}>
          {isMixed ? t('cashier:pay.mixed_done') : t('cashier:pay.cash_done')}
        </SubmitButton>
      ) : null}
    </form>
  );
}
