/** A line of the receipt, and under the selected one what may be done with it. */
import { IconDiscount2, IconMinus, IconPlus, IconTrash } from '@tabler/icons-react';
import { memo } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import { PlainButton, QuietButton } from '../../ui/plain-button.tsx';
import { fullMinor, type Line, totalMinor, unitOf } from './cart.rules.ts';
import { useCart } from './cart.store.ts';
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
    <PlainButton className={classes.line ?? ''} onClick={() => onSelect(line.item.id)} aria-pressed={isSelected}>
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
    </PlainButton>
  );
});

/** What may be done with the selected line. */
export const LineTools = memo(function LineTools({
  quantityMilli,
  edits,
  onEdit,
}: {
  readonly quantityMilli: number;
  readonly edits: CartEdits;
  readonly onEdit: (what: Edit) => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const withSelected = (act: (itemId: string) => void) => () => {
    const { selectedId } = useCart.getState();
    if (selectedId !== undefined) act(selectedId);
  };
  return (
    <div className={classes.tools}>
      <div className={classes.stepper}>
        <QuietButton
          onClick={withSelected((id) => edits.step(id, -1))}
          disabled={quantityMilli <= 1000}
          aria-label={t('cashier:cart.less')}
        >
          <IconMinus size={20} aria-hidden />
        </QuietButton>
        <PlainButton
          className={classes.quantity ?? ''}
          onClick={() => onEdit('quantity')}
          aria-label={t('cashier:cart.quantity_of', { quantity: format.quantity(quantityMilli) })}
        >
          {format.quantity(quantityMilli)}
        </PlainButton>
        <QuietButton onClick={withSelected((id) => edits.step(id, 1))} aria-label={t('cashier:cart.more')}>
          <IconPlus size={20} aria-hidden />
        </QuietButton>
      </div>
      <QuietButton onClick={() => onEdit('discount')}>
        <IconDiscount2 size={20} aria-hidden />
        {t('cashier:cart.discount')}
        <KeyHint keys="F8" />
      </QuietButton>
      <QuietButton className={classes.takeOff ?? ''} onClick={withSelected(edits.remove)}>
        <IconTrash size={20} aria-hidden />
        {t('cashier:cart.remove')}
        <KeyHint keys="Del" />
      </QuietButton>
    </div>
  );
});
