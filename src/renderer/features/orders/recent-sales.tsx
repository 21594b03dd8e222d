/** Sales of this shop, newest first, with the receipt of the chosen one; from here a sale is given back. */
import { Button, Drawer, TextInput, UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconArrowBackUp,
  IconCheck,
  IconClock,
  IconHelpHexagon,
  IconReceipt,
  IconReceiptRefund,
  IconSearch,
  IconSearchOff,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import type { CheckoutReply } from '#shared/rpc/payments.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShop, useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { ReceiptPaper } from '../../ui/receipt-paper.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { isRefundable, matches, type ReceiptState, receiptStateOf, tendersOf } from './orders.rules.ts';
import classes from './recent-sales.module.css';
import { RefundDialog } from './refund-dialog.tsx';

export function RecentSales({
  newId,
  onRefunded,
  onClose,
}: {
  readonly newId: () => string;
  readonly onRefunded: (reply: CheckoutReply) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const api = useApi();
  const [text, setText] = useState('');
  const [chosenId, setChosenId] = useState<string>();
  const [refunding, setRefunding] = useState<OrderDetails>();
  const recent = useQuery(api.orders.recent.queryOptions({ input: { limit: 100 } }));
  const found = (recent.data ?? []).filter((one) => matches(one, text));
  const chosen = found.find((one) => one.order.id === chosenId) ?? found[0];
  return (
    <Drawer
      opened
      onClose={onClose}
      position="left"
      size={880}
      title={t('cashier:sales.title')}
      classNames={{ body: classes.body ?? '', content: classes.content ?? '' }}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      <div className={classes.columns}>
        <div className={classes.find}>
          <TextInput
            leftSection={<IconSearch size={20} aria-hidden />}
            placeholder={t('cashier:sales.find')}
            aria-label={t('cashier:sales.find')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
          {recent.isPending ? (
            <LoadingState />
          ) : recent.isError ? (
            <ErrorState error={recent.error} onRetry={() => void recent.refetch()} />
          ) : recent.data.length === 0 ? (
            <EmptyState icon={IconReceipt} title={t('cashier:sales.empty')} text={t('cashier:sales.empty_text')} />
          ) : found.length === 0 ? (
            <EmptyState icon={IconSearchOff} title={t('cashier:sales.nothing')} />
          ) : (
            <ul className={classes.list}>
              {found.map((one) => (
                <li key={one.order.id}>
                  <SaleRow
                    details={one}
                    chosen={one.order.id === chosen?.order.id}
                    onChoose={() => setChosenId(one.order.id)}
                  />
                </li>
              ))}
            </ul>
          )}
        </div>
        {chosen ? <Chosen details={chosen} onRefund={() => setRefunding(chosen)} /> : null}
      </div>
      {refunding ? (
        <RefundDialog
          details={refunding}
          newId={newId}
          onRefunded={onRefunded}
          onClose={() => setRefunding(undefined)}
        />
      ) : null}
    </Drawer>
  );
}

function SaleRow({
  details,
  chosen,
  onChoose,
}: {
  readonly details: OrderDetails;
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
        <SaleState details={details} />
      </span>
    </UnstyledButton>
  );
}

const STATES: Readonly<Record<ReceiptState, readonly [Tone, Icon]>> = {
  none: ['plain', IconReceipt],
  going: ['info', IconClock],
  done: ['good', IconCheck],
  error: ['bad', IconAlertTriangle],
  unknown: ['warn', IconHelpHexagon],
};

function SaleState({ details }: { readonly details: OrderDetails }) {
  const t = useText();
  const state = receiptStateOf(details);
  const [tone, icon] = STATES[state];
  if (details.order.status === 'refunded') {
    return (
      <StatusTag tone={state === 'done' ? 'plain' : tone} icon={state === 'done' ? IconReceiptRefund : icon}>
        {state === 'done' ? t('cashier:sales.refunded') : t(`cashier:sales.refund_state.${state}`)}
      </StatusTag>
    );
  }
  return (
    <StatusTag tone={tone} icon={icon}>
      {t(`cashier:sales.state.${state}`)}
    </StatusTag>
  );
}

function Chosen({ details, onRefund }: { readonly details: OrderDetails; readonly onRefund: () => void }) {
  const t = useText();
  const shop = useShop();
  const { order, payments, receipts } = details;
  const isRefunded = order.status === 'refunded';
  const document = receipts.find((one) => one.type === (isRefunded ? 'refund' : 'sale'))?.document;
  return (
    <aside className={classes.chosen} aria-label={t('cashier:sales.receipt', { number: order.number })}>
      <div className={classes.paper}>
        <ReceiptPaper
          kind={isRefunded ? 'refund' : 'sale'}
          orderNumber={order.number}
          lines={order.lines}
          totalMinor={order.totalMinor}
          tenders={tendersOf(payments, isRefunded ? 'refund' : 'payment')}
          {...(shop ? { shop } : {})}
          {...(order.operatorName === undefined ? {} : { operatorName: order.operatorName })}
          {...(document ? { document } : {})}
        />
      </div>
      {isRefundable(details) ? (
        <Button
          variant="default"
          size="md"
          leftSection={<IconArrowBackUp size={20} aria-hidden />}
          onClick={onRefund}
          fullWidth
        >
          {t('cashier:sales.refund')}
        </Button>
      ) : order.origin === 'kiosk' ? (
        <p className={classes.note}>{t('cashier:sales.kiosk')}</p>
      ) : null}
    </aside>
  );
}
