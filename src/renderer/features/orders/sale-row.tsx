import { UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconHelpHexagon,
  IconPlugConnectedX,
  IconReceipt,
  IconReceiptRefund,
} from '@tabler/icons-react';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { documentsOf, type ReceiptState, receiptStateOf, registerOf, returnedMinor } from './orders.rules.ts';
import classes from './sales.module.css';

/** A sale in the list: when, what, for how much, and how its last receipt stands. */
export function SaleRow({
  details,
  registers,
  chosen,
  onChoose,
}: {
  readonly details: OrderDetails;
  readonly registers: readonly RegisterView[];
  readonly chosen: boolean;
  readonly onChoose: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const { order } = details;
  const [first] = order.lines;
  return (
    <UnstyledButton className={classes.row} aria-pressed={chosen} onClick={onChoose} onFocus={onChoose}>
      <span className={classes.time}>{format.time(order.createdAt)}</span>
      <span className={classes.words}>
        <bdi className={classes.name}>{first?.name}</bdi>
        <span className={classes.more}>
          <bdi>{order.number}</bdi>
          {order.lines.length > 1 ? ` • ${t('cashier:sales.more', { count: order.lines.length - 1 })}` : null}
        </span>
      </span>
      <span className={classes.end}>
        <bdi className={classes.sum} data-refunded={order.status === 'refunded' || undefined}>
          {format.sum(order.totalMinor)}
        </bdi>
        <SaleState details={details} registers={registers} />
      </span>
    </UnstyledButton>
  );
}

const STATES: Readonly<Record<ReceiptState, readonly [Tone, Icon]>> = {
  none: ['plain', IconReceipt],
  waiting: ['warn', IconPlugConnectedX],
  going: ['info', IconClock],
  done: ['good', IconCheck],
  error: ['bad', IconAlertTriangle],
  unknown: ['warn', IconHelpHexagon],
};

function SaleState({
  details,
  registers,
}: {
  readonly details: OrderDetails;
  readonly registers: readonly RegisterView[];
}) {
  const t = useText();
  const format = useShopFormat();
  const last = documentsOf(details).at(-1);
  const state = receiptStateOf(last?.record, registerOf(last?.record, registers));
  const [tone, icon] = STATES[state];
  if (last?.kind !== 'refund') {
    return (
      <StatusTag tone={tone} icon={icon}>
        {t(`cashier:sales.state.${state}`)}
      </StatusTag>
    );
  }
  return (
    <StatusTag tone={state === 'done' ? 'plain' : tone} icon={state === 'done' ? IconReceiptRefund : icon}>
      {state !== 'done'
        ? t(`cashier:sales.refund_state.${state}`)
        : details.order.status === 'refunded'
          ? t('cashier:sales.refunded')
          : t('cashier:sales.partly', { amount: format.sum(returnedMinor(details)) })}
    </StatusTag>
  );
}
