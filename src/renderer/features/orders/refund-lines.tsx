/** Lines of the sale with what is left of each, and how much of it comes back. */
import { ActionIcon, TextInput } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import type { OrderLine } from '#shared/orders/orders.schema.ts';
import { priceReturn, type Remainder, remaindersOf } from '#shared/payments/refunds.rules.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { quantityOf, stepBy, type Typed } from './refund.rules.ts';
import classes from './refund-dialog.module.css';

export function RefundLines({
  details,
  typed,
  isLocked,
  onType,
}: {
  readonly details: OrderDetails;
  readonly typed: Typed;
  readonly isLocked: boolean;
  readonly onType: (line: number, text: string) => void;
}) {
  const { order } = details;
  const left = remaindersOf(order);
  const first = left.find(({ quantityMilli }) => quantityMilli > 0)?.line;
  return (
    <ul className={classes.lines}>
      {order.lines.map((line, index) => {
        const remainder = left[index] ?? { line: index, quantityMilli: 0, totalMinor: 0 };
        const milli = quantityOf(typed[index], line);
        const fits = milli !== undefined && milli > 0 && milli <= remainder.quantityMilli;
        const [priced] = fits ? priceReturn(order, [{ line: index, quantityMilli: milli }]) : [];
        return (
          <Row
            // Lines of a sale neither move nor change: the place is the identity.
            key={index}
            line={line}
            left={remainder}
            text={typed[index] ?? ''}
            isWrong={milli === undefined || milli > remainder.quantityMilli}
            backMinor={priced?.totalMinor ?? 0}
            isFirst={index === first}
            isLocked={isLocked}
            onType={(text) => onType(index, text)}
          />
        );
      })}
    </ul>
  );
}

function Row({
  line,
  left,
  text,
  isWrong,
  backMinor,
  isFirst,
  isLocked,
  onType,
}: {
  readonly line: OrderLine;
  readonly left: Remainder;
  readonly text: string;
  readonly isWrong: boolean;
  readonly backMinor: number;
  readonly isFirst: boolean;
  readonly isLocked: boolean;
  readonly onType: (text: string) => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const isGone = left.quantityMilli === 0;
  const isDisabled = isGone || isLocked;
  return (
    <li className={classes.row} data-gone={isGone || undefined}>
      <span className={classes.words}>
        <bdi className={classes.name}>{line.name}</bdi>
        <span className={classes.left}>
          {isGone
            ? t('cashier:refund.gone')
            : t('cashier:refund.left', {
                left: format.quantity(left.quantityMilli),
                sold: format.quantity(line.quantityMilli),
                amount: format.sum(left.totalMinor),
              })}
        </span>
      </span>
      <ActionIcon
        onClick={() => onType(stepBy(text, line, left, -1))}
        disabled={isDisabled}
        aria-label={t('cashier:cart.less')}
        tabIndex={-1}
      >
        <IconMinus size={20} aria-hidden />
      </ActionIcon>
      <TextInput
        classNames={{ input: classes.quantity ?? '' }}
        aria-label={t('cashier:refund.quantity', { name: line.name })}
        inputMode="decimal"
        autoComplete="off"
        placeholder="0"
        value={text}
        disabled={isDisabled}
        error={isWrong}
        onChange={(event) => onType(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        data-autofocus={isFirst || undefined}
      />
      <ActionIcon
        onClick={() => onType(stepBy(text, line, left, 1))}
        disabled={isDisabled}
        aria-label={t('cashier:cart.more')}
        tabIndex={-1}
      >
        <IconPlus size={20} aria-hidden />
      </ActionIcon>
      <bdi className={classes.sum} data-some={backMinor > 0 || undefined}>
        {format.sum(backMinor)}
      </bdi>
    </li>
  );
}
