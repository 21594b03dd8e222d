/** A line of the receipt, and under the selected one what may be done with it. */
import { ActionIcon, Button, UnstyledButton } from '@mantine/core';
import { IconDiscount2, IconMinus, IconPlus, IconTrash } from '@tabler/icons-react';
import { memo } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import { fullMinor, type Line, totalMinor, unitOf } from './cart.rules.ts';
import classes from './cart-panel.module.css';
import type { Edit } from './cart-panel.tsx';
import type { CartEdits } from './use-cart-edits.ts';

/** Drawn again only when it changed: with every scan a receipt has one line more, and the others are as they were. */
export const LineRow = memo(function LineRow({
  line,
  isSelected,
  onSelect,
}: {
  readonly line: Line;
  readonly isSelected: boolean;
  readonly onSelect: (itemId: string) => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const full = fullMinor(line);
  const total = totalMinor(line);
  return (
    <UnstyledButton className={classes.line} onClick={() => onSelect(line.item.id)} aria-pressed={isSelected}>
      <span className={classes.words}>
        <bdi className={classes.name}>{line.item.name}</bdi>
        <span className={classes.detail}>
          {t(`cashier:unit.${unitOf(line.item)}`, { quantity: format.quantity(line.quantityMilli) })} ×{' '}
          {format.sum(line.item.priceMinor)}
          {line.discount === undefined || total === full ? null : (
            <span className={classes.off}>
              {' • '}
              {line.discount.kind === 'percent'
                ? t('cashier:cart.off_percent', { percent: format.number(line.discount.basisPoints / 100) })
                : t('cashier:cart.off_amount', { amount: format.sum(full - total) })}
            </span>
          )}
        </span>
      </span>
      <span className={classes.sums}>
        {total === full ? null : (
          <s className={classes.before}>
            <span className="visually-hidden">{t('cashier:cart.before')}</span>
            <bdi>{format.sum(full)}</bdi>
          </s>
        )}
        <bdi className={classes.sum}>{format.sum(total)}</bdi>
      </span>
    </UnstyledButton>
  );
});

export function LineTools({
  line,
  edits,
  onEdit,
}: {
  readonly line: Line;
  readonly edits: CartEdits;
  readonly onEdit: (what: Edit) => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const { id } = line.item;
  return (
    <div className={classes.tools}>
      <div className={classes.stepper}>
        <ActionIcon
          onClick={() => edits.step(id, -1)}
          disabled={line.quantityMilli <= 1000}
          aria-label={t('cashier:cart.less')}
        >
          <IconMinus size={20} aria-hidden />
        </ActionIcon>
        <UnstyledButton
          className={classes.quantity}
          onClick={() => onEdit('quantity')}
          aria-label={t('cashier:cart.quantity_of', { quantity: format.quantity(line.quantityMilli) })}
        >
          {format.quantity(line.quantityMilli)}
        </UnstyledButton>
        <ActionIcon onClick={() => edits.step(id, 1)} aria-label={t('cashier:cart.more')}>
          <IconPlus size={20} aria-hidden />
        </ActionIcon>
      </div>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconDiscount2 size={20} aria-hidden />}
        rightSection={<KeyHint keys="F8" />}
        onClick={() => onEdit('discount')}
        className={classes.quiet ?? ''}
      >
        {t('cashier:cart.discount')}
      </Button>
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={20} aria-hidden />}
        rightSection={<KeyHint keys="Del" />}
        onClick={() => edits.remove(id)}
        className={classes.quiet ?? ''}
      >
        {t('cashier:cart.remove')}
      </Button>
    </div>
  );
}
