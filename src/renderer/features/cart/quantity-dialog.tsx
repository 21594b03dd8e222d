/** Quantity of the selected line, typed. */
import { Button, Group, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { isDivisible, type Line, totalMinor } from './cart.rules.ts';
import { SumPreview } from './sum-preview.tsx';
import { parseQuantity } from './typed.ts';
import classes from './typed-dialog.module.css';

export function QuantityDialog({
  line,
  onSet,
  onClose,
}: {
  readonly line: Line;
  readonly onSet: (quantityMilli: number) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const [text, setText] = useState('');
  const divisible = isDivisible(line.item.unit);
  const milli = parseQuantity(text, divisible);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (milli === undefined) return;
    onSet(milli);
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={420}
      title={t('cashier:line.quantity.title')}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      <p className={classes.name}>
        <bdi>{line.item.name}</bdi>
      </p>
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
        <SumPreview
          label={t('cashier:line.total')}
          minor={totalMinor(milli === undefined ? line : { ...line, quantityMilli: milli })}
        />
        <Group justify="flex-end" mt="lg">
          <Button type="submit" disabled={milli === undefined}>
            {t('cashier:line.apply')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
