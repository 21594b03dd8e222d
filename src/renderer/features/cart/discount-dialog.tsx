/** A discount of the selected line or of the whole receipt, in percent or in money. */
import { Button, Group, Modal, SegmentedControl, Tabs, TextInput } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { discountOf } from '#shared/orders/discount.rules.ts';
import type { Discount } from '#shared/orders/orders.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type Draft, fullMinor, type Line, setDiscount, totals } from './cart.rules.ts';
import { SumPreview } from './sum-preview.tsx';
import { parseDiscount } from './typed.ts';
import classes from './typed-dialog.module.css';

export type DiscountScope = 'line' | 'receipt';
type Kind = Discount['kind'];

/** Percents given most, one press each. */
const USUAL = [5, 10, 15, 20, 30] as const;

export function DiscountDialog({
  draft,
  line,
  scope: first,
  isOverLimit,
  onSet,
  onClose,
}: {
  readonly draft: Draft;
  /** The selected line; without one only the receipt has a discount. */
  readonly line: Line | undefined;
  readonly scope: DiscountScope;
  /** Whether a receipt would need a supervisor. */
  readonly isOverLimit: (draft: Draft) => boolean;
  readonly onSet: (scope: DiscountScope, discount: Discount | undefined) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const [scope, setScope] = useState(line === undefined ? 'receipt' : first);
  useKeys({
    F8: line === undefined ? undefined : () => setScope('line'),
    'Shift+F8': () => setScope('receipt'),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size={460}
      title={t('cashier:discount.title')}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      <Tabs value={scope} onChange={(value) => setScope(value === 'receipt' ? 'receipt' : 'line')} mb="md">
        <Tabs.List grow>
          <Tabs.Tab value="line" disabled={line === undefined} rightSection={<KeyHint keys="F8" />}>
            {t('cashier:discount.scope.line')}
          </Tabs.Tab>
          <Tabs.Tab value="receipt" rightSection={<KeyHint keys="Shift+F8" />}>
            {t('cashier:discount.scope.receipt')}
          </Tabs.Tab>
        </Tabs.List>
      </Tabs>
      <DiscountForm
        // Another tab is another form: what was typed for the one means nothing to the other.
        key={scope}
        draft={draft}
        line={scope === 'line' ? line : undefined}
        isOverLimit={isOverLimit}
        onSet={(discount) => {
          onSet(scope, discount);
          onClose();
        }}
      />
    </Modal>
  );
}

function DiscountForm({
  draft,
  line,
  isOverLimit,
  onSet,
}: {
  readonly draft: Draft;
  readonly line: Line | undefined;
  readonly isOverLimit: (draft: Draft) => boolean;
  readonly onSet: (discount: Discount | undefined) => void;
}) {
  const t = useText();
  const given = line ? line.discount : draft.discount;
  const [kind, setKind] = useState<Kind>(given?.kind ?? 'percent');
  const [text, setText] = useState('');
  const sums = totals(draft);
  const limitMinor = line ? fullMinor(line) : sums.fullMinor - sums.lineDiscountMinor;
  const discount = parseDiscount(kind, text, limitMinor);
  const offMinor = discountOf(limitMinor, discount ?? given);
  const next: Draft = line
    ? { ...draft, lines: setDiscount(draft.lines, line.item.id, discount ?? given) }
    : { ...draft, discount: discount ?? given };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (discount) onSet(discount);
  };
  /** `%` and `₽` say what is typed; neither is part of it. */
  const type = (typed: string) => {
    if (typed.includes('%')) setKind('percent');
    else if (/[₽рРrR]/u.test(typed)) setKind('amount');
    setText(typed.replace(/[%₽рРrR]/gu, ''));
  };
  return (
    <form onSubmit={submit} noValidate>
      <p className={classes.name}>
        <bdi>{line ? line.item.name : t('cashier:discount.whole')}</bdi>
      </p>
      <SegmentedControl
        fullWidth
        size="md"
        mb="md"
        value={kind}
        onChange={(value) => setKind(value === 'amount' ? 'amount' : 'percent')}
        data={[
          { value: 'percent', label: t('cashier:discount.percent') },
          { value: 'amount', label: t('cashier:discount.amount') },
        ]}
        aria-label={t('cashier:discount.kind')}
      />
      <TextInput
        classNames={{ input: classes.big ?? '' }}
        label={kind === 'percent' ? t('cashier:discount.percent_label') : t('cashier:discount.amount_label')}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        error={text !== '' && !discount ? t(`cashier:discount.wrong_${kind}`) : undefined}
        onChange={(event) => type(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.usual}>
        {USUAL.map((percent) => (
          <Button
            key={percent}
            variant="default"
            className={classes.chip ?? ''}
            onClick={() => onSet({ kind: 'percent', basisPoints: percent * 100 })}
          >
            {t('cashier:discount.usual', { percent })}
          </Button>
        ))}
      </div>
      <SumPreview
        label={line ? t('cashier:line.total') : t('cashier:discount.total')}
        minor={line ? limitMinor - offMinor : totals(next).totalMinor}
        off={offMinor}
      />
      {isOverLimit(next) ? (
        <div className={classes.warn}>
          <Notice tone="warn" icon={IconShieldCheck}>
            {t('cashier:cart.needs_approval')}
          </Notice>
        </div>
      ) : null}
      <Group justify="flex-end" mt="lg" gap="sm">
        {given ? (
          <Button variant="subtle" color="red" onClick={() => onSet(undefined)}>
            {t('cashier:discount.remove')}
          </Button>
        ) : null}
        <Button type="submit" disabled={!discount}>
          {t('cashier:line.apply')}
        </Button>
      </Group>
    </form>
  );
}
