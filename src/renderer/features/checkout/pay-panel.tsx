/** The right column: how much, how, and one button that does it. The total never moves. */
import { Button, TextInput, UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsSplit2,
  IconCash,
  IconCheck,
  IconCreditCard,
  IconInfoCircle,
  IconMail,
  IconRefresh,
} from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { Money } from '../../ui/money.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useCheckoutStore } from './checkout.store.ts';
import classes from './pay-panel.module.css';
import {
  amountText,
  groupDigits,
  type Method,
  NOTES_MINOR,
  type Payment,
  parseAmount,
  type Settlement,
  settle,
} from './tender.rules.ts';
import type { Checkout } from './use-checkout.ts';

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
  const { method, amount, contact, choose } = useCheckoutStore();
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
      <fieldset className={classes.methods} aria-label={t('cashier:pay.how')}>
        <MethodButton
          method="card"
          icon={<IconCreditCard size={26} aria-hidden />}
          keys="F10"
          disabled={isEmpty || isUnderWay}
        />
        <MethodButton
          method="cash"
          icon={<IconCash size={26} aria-hidden />}
          keys="F9"
          disabled={isEmpty || isUnderWay}
        />
      </fieldset>
      {attempt.phase === 'uncertain' ? (
        <Uncertain checkout={checkout} />
      ) : (
        <PayForm
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
        <Button
          variant="default"
          data-chosen={method === 'mixed' || undefined}
          aria-pressed={method === 'mixed'}
          leftSection={<IconArrowsSplit2 size={20} aria-hidden />}
          onClick={() => choose(method === 'mixed' ? undefined : 'mixed')}
          disabled={isEmpty || isUnderWay}
          className={classes.second ?? ''}
        >
          {t('cashier:pay.mixed')}
        </Button>
        <Button
          variant="default"
          leftSection={contact ? <IconCheck size={20} aria-hidden /> : <IconMail size={20} aria-hidden />}
          onClick={onContact}
          disabled={isUnderWay}
          className={classes.second ?? ''}
        >
          {t('cashier:pay.electronic')}
        </Button>
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

function MethodButton({
  method,
  icon,
  keys,
  disabled,
}: {
  readonly method: 'card' | 'cash';
  readonly icon: ReactNode;
  readonly keys: string;
  readonly disabled: boolean;
}) {
  const t = useText();
  const chosen = useCheckoutStore((state) => state.method);
  const choose = useCheckoutStore((state) => state.choose);
  // Until a way is chosen the card is the likely one; after that the button of the form is the only loud thing.
  const isLoud = chosen === undefined && method === 'card';
  return (
    <Button
      variant={isLoud ? 'filled' : 'default'}
      className={classes.method ?? ''}
      data-chosen={chosen === method || undefined}
      aria-pressed={chosen === method}
      leftSection={icon}
      rightSection={<KeyHint keys={keys} />}
      disabled={disabled}
      onClick={() => choose(method)}
    >
      {t(`cashier:pay.method.${method}`)}
    </Button>
  );
}

function paymentOf(method: Method, amount: string): Payment | undefined {
  const typed = parseAmount(amount);
  switch (method) {
    case 'card':
      return { method };
    case 'cash':
      return amount.trim() === ''
        ? { method, receivedMinor: undefined }
        : typed === undefined
          ? undefined
          : { method, receivedMinor: typed };
    case 'mixed':
      return typed === undefined ? undefined : { method, cashMinor: typed };
  }
}

function PayForm({
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
        <Submit ref={button} isReady={settlement !== undefined} isSending={isSending}>
          {t('cashier:pay.card_done')}
        </Submit>
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
      <div className={classes.notes}>
        {NOTES_MINOR.filter((minor) => minor >= 50_000).map((minor) => (
          <UnstyledButton
            key={minor}
            className={classes.noteButton}
            disabled={totalMinor === 0 || isSending}
            onClick={() => addNote(minor)}
          >
            <NoteText minor={minor} />
          </UnstyledButton>
        ))}
      </div>
      <Result totalMinor={totalMinor} payment={payment} settlement={settlement} typed={typed} />
      {method ? (
        <Submit ref={button} isReady={settlement !== undefined} isSending={isSending}>
          {isMixed ? t('cashier:pay.mixed_done') : t('cashier:pay.cash_done')}
        </Submit>
      ) : null}
    </form>
  );
}

function NoteText({ minor }: { readonly minor: number }) {
  const format = useShopFormat();
  return <>{format.number(minor / 100)}</>;
}

/** Change, or what is missing, or what goes to the card: always on the same line. */
function Result({
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

function Submit({
  ref,
  isReady,
  isSending,
  children,
}: {
  readonly ref: React.Ref<HTMLButtonElement>;
  readonly isReady: boolean;
  readonly isSending: boolean;
  readonly children: ReactNode;
}) {
  const t = useText();
  return (
    <Button
      ref={ref}
      type="submit"
      className={classes.submit ?? ''}
      fullWidth
      disabled={!isReady}
      loading={isSending}
      rightSection={<KeyHint keys={t('cashier:key.enter')} />}
    >
      {children}
    </Button>
  );
}

/** The line dropped in the middle: the sale may have been made. Nothing else can be done until that is known. */
function Uncertain({ checkout }: { readonly checkout: Checkout }) {
  const t = useText();
  return (
    <div className={classes.box}>
      <Notice tone="warn" icon={IconAlertTriangle} role="alert">
        {t('cashier:pay.uncertain')}
      </Notice>
      <Button
        leftSection={<IconRefresh size={20} aria-hidden />}
        onClick={checkout.ask}
        className={classes.submit ?? ''}
      >
        {t('cashier:pay.ask_again')}
      </Button>
      <p className={classes.hint}>{t('cashier:pay.forget_hint')}</p>
      <Button variant="subtle" color="gray" onClick={checkout.forget}>
        {t('cashier:pay.forget')}
      </Button>
    </div>
  );
}
