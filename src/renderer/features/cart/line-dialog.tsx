/** Quantity or discount of the selected line, typed. */
import { Button, Group, Modal, SegmentedControl, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { type Discount, discountMinor, fullMinor, isDivisible, type Line, totalMinor } from './cart.rules.ts';
import { useCart } from './cart.store.ts';
import type { Edit } from './cart-panel.tsx';
import classes from './line-dialog.module.css';
import { parsePercent, parseQuantity, parseSum } from './typed.ts';

export function LineDialog({
  line,
  what,
  onClose,
}: {
  readonly line: Line;
  readonly what: Edit;
  readonly onClose: () => void;
}) {
  const t = useText();
  return (
    <Modal
      opened
      onClose={onClose}
      size={420}
      title={t(`cashier:line.${what}.title`)}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      <p className={classes.name}>
        <bdi>{line.item.name}</bdi>
      </p>
      {what === 'quantity' ? (
        <Quantity line={line} onClose={onClose} />
      ) : (
        <LineDiscount line={line} onClose={onClose} />
      )}
    </Modal>
  );
}

function Quantity({ line, onClose }: { readonly line: Line; readonly onClose: () => void }) {
  const t = useText();
  const format = useShopFormat();
  const setQuantity = useCart((state) => state.setQuantity);
  const [text, setText] = useState('');
  const divisible = isDivisible(line.item.unit);
  const milli = parseQuantity(text, divisible);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (milli === undefined) return;
    setQuantity(line.item.id, milli);
    onClose();
  };
  return (
    <form onSubmit={submit} noValidate>
      <TextInput
        classNames={{ input: classes.big ?? '' }}
        label={t('cashier:line.quantity.label')}
        description={divisible ? t('cashier:line.quantity.divisible') : t('cashier:line.quantity.whole')}
        placeholder={format.quantity(line.quantityMilli)}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        error={text !== '' && milli === undefined ? t('cashier:line.quantity.wrong') : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <Preview minor={totalMinor(milli === undefined ? line : { ...line, quantityMilli: milli })} />
      <Group justify="flex-end" mt="lg">
        <Button type="submit" disabled={milli === undefined}>
          {t('cashier:line.apply')}
        </Button>
      </Group>
    </form>
  );
}

type Kind = Discount['kind'];

function LineDiscount({ line, onClose }: { readonly line: Line; readonly onClose: () => void }) {
  const t = useText();
  const setDiscount = useCart((state) => state.setDiscount);
  const [kind, setKind] = useState<Kind>(line.discount?.kind ?? 'percent');
  const [text, setText] = useState('');
  const discount = readDiscount(kind, text, fullMinor(line));
  const apply = (next: Discount | undefined) => {
    setDiscount(line.item.id, next);
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (discount) apply(discount);
  };
  const preview = discount ? { ...line, discount } : line;
  return (
    <form onSubmit={submit} noValidate>
      <SegmentedControl
        fullWidth
        size="md"
        mb="md"
        value={kind}
        onChange={(value) => setKind(value === 'amount' ? 'amount' : 'percent')}
        data={[
          { value: 'percent', label: t('cashier:line.discount.percent') },
          { value: 'amount', label: t('cashier:line.discount.amount') },
        ]}
        aria-label={t('cashier:line.discount.kind')}
      />
      <TextInput
        classNames={{ input: classes.big ?? '' }}
        label={kind === 'percent' ? t('cashier:line.discount.percent_label') : t('cashier:line.discount.amount_label')}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        error={text !== '' && !discount ? t(`cashier:line.discount.wrong_${kind}`) : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <Preview minor={totalMinor(preview)} off={discountMinor(preview)} />
      <Group justify="flex-end" mt="lg" gap="sm">
        {line.discount ? (
          <Button variant="subtle" color="red" onClick={() => apply(undefined)}>
            {t('cashier:line.discount.remove')}
          </Button>
        ) : null}
        <Button type="submit" disabled={!discount}>
          {t('cashier:line.apply')}
        </Button>
      </Group>
    </form>
  );
}

function readDiscount(kind: Kind, text: string, full: number): Discount | undefined {
  if (kind === 'percent') {
    const percent = parsePercent(text);
    return percent === undefined ? undefined : { kind, percent };
  }
  const minor = parseSum(text);
  return minor === undefined || minor === 0 || minor > full ? undefined : { kind, minor };
}

function Preview({ minor, off = 0 }: { readonly minor: number; readonly off?: number }) {
  const t = useText();
  const format = useShopFormat();
  return (
    <output className={classes.preview}>
      <span>{t('cashier:line.total')}</span>
      <span>
        {off > 0 ? <span className={classes.off}>{`−${format.sum(off)}`}</span> : null}
        <bdi className={classes.sum}>{format.money(minor)}</bdi>
      </span>
    </output>
  );
}
