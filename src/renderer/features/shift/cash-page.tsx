/** Cash into the drawer and out of it: a document of the register each time, with a reason, and consent for what leaves. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconArrowDownToArc, IconArrowUpFromArc } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { useApproved } from '../../app/approval.ts';
import { toFault } from '../../app/error-text.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useDeviceClient } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { asTyped, DIRECTIONS, type Direction, HINTS, REASONS, type Reason, readAmount } from './cash.rules.ts';
import { CashMoves } from './cash-moves.tsx';
import classes from './cash-page.module.css';
import { refOf } from './shift.rules.ts';

export interface CashPageProps {
  readonly register: RegisterView;
  readonly newId: () => string;
  readonly renderTask: (taskId: string) => ReactNode;
}

export function CashPage({ register, newId, renderTask }: CashPageProps) {
  const t = useText();
  const format = useShopFormat();
  const [moved, setMoved] = useState<string>();
  /** Each form is one move: the next begins with its own id. */
  const [formId, setFormId] = useState(newId);
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('desk:section.cash')}
        subtitle={t('desk:cash.drawer', { amount: format.money(register.cashMinor) })}
      />
      <div className={classes.columns}>
        <MoveForm
          key={formId}
          id={formId}
          register={register}
          onMoved={(taskId) => {
            setMoved(taskId);
            setFormId(newId());
          }}
        />
        <div className={classes.side}>
          {moved === undefined ? null : renderTask(moved)}
          <CashMoves />
        </div>
      </div>
    </div>
  );
}

function MoveForm({
  id,
  register,
  onMoved,
}: {
  readonly id: string;
  readonly register: RegisterView;
  readonly onMoved: (taskId: string) => void;
}) {
  const t = useText();
  const client = useDeviceClient();
  const approved = useApproved();
  const format = useShopFormat();
  const [direction, setDirection] = useState<Direction>('in');
  const [text, setText] = useState('');
  const [reason, setReason] = useState<Reason>('change');
  const [other, setOther] = useState('');
  const move = useMutation({
    mutationFn: (cash: { readonly amountMinor: number; readonly reason: string }) =>
      approved((approvalId) => client.shift.moveCash({ ...refOf(register), id, direction, ...cash, approvalId })),
    onSuccess: (task) => onMoved(task.id),
  });
  const amount = readAmount(text, direction, register.state === 'ready' ? register.cashMinor : undefined);
  const amountMinor = amount && 'amountMinor' in amount ? amount.amountMinor : undefined;
  const words = reason === 'other' ? other.trim() : t(`desk:cash.reason.${reason}`);
  const isReady = amountMinor !== undefined && words !== '';
  const drawer = format.money(drawerSaid(move.error) ?? register.cashMinor);

  const choose = (next: Direction) => {
    setDirection(next);
    setReason(REASONS[next][0]);
    move.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !move.isPending) move.mutate({ amountMinor, reason: words });
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <SegmentedControl
        fullWidth
        size="md"
        value={direction}
        onChange={(value) => choose(value === 'out' ? 'out' : 'in')}
        data={DIRECTIONS.map((value) => ({ value, label: t(`desk:cash.direction.${value}`) }))}
        aria-label={t('desk:cash.what')}
      />
      <TextInput
        classNames={{ input: classes.amount ?? '' }}
        size="lg"
        label={t('desk:cash.amount')}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        error={amount && 'fault' in amount ? t(`desk:cash.fault.${amount.fault}`, { amount: drawer }) : undefined}
        onChange={(event) => {
          setText(event.currentTarget.value);
          move.reset();
        }}
        data-autofocus
      />
      <div className={classes.hints}>
        {HINTS.map((hint) => (
          <Button
            key={hint}
            variant="default"
            onClick={() => {
              setText(asTyped((amountMinor ?? 0) + hint));
              move.reset();
            }}
          >
            {t('desk:cash.add', { amount: format.money(hint, { short: true }) })}
          </Button>
        ))}
      </div>
      <fieldset className={classes.reasons}>
        <legend>{t('desk:cash.why')}</legend>
        {REASONS[direction].map((one) => (
          <label key={one} className={classes.reason}>
            <input type="radio" name="reason" checked={reason === one} onChange={() => setReason(one)} />
            {t(`desk:cash.reason.${one}`)}
          </label>
        ))}
      </fieldset>
      {reason === 'other' ? (
        <TextInput
          label={t('desk:cash.other')}
          description={t('desk:cash.other_hint')}
          maxLength={200}
          autoComplete="off"
          value={other}
          onChange={(event) => setOther(event.currentTarget.value)}
        />
      ) : null}
      {move.error ? (
        toFault(move.error).code === 'fiscal.not_enough_cash' ? (
          <p className={classes.short} role="alert">
            {t('desk:cash.fault.more_than_drawer', { amount: drawer })}
          </p>
        ) : (
          <ErrorLine error={move.error} />
        )
      ) : null}
      <Button
        type="submit"
        size="lg"
        loading={move.isPending}
        disabled={!isReady}
        leftSection={
          direction === 'in' ? (
            <IconArrowDownToArc size={22} aria-hidden />
          ) : (
            <IconArrowUpFromArc size={22} aria-hidden />
          )
        }
      >
        {amountMinor === undefined
          ? t(`desk:cash.direction.${direction}`)
          : t(`desk:cash.submit.${direction}`, { amount: format.money(amountMinor) })}
      </Button>
    </form>
  );
}

/** The register knows its drawer better than the screen, which may be a moment behind. */
function drawerSaid(error: unknown): number | undefined {
  if (error === null) return undefined;
  const { cashMinor } = toFault(error).params;
  return typeof cashMinor === 'number' ? cashMinor : undefined;
}
