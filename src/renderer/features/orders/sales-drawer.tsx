/** Sales of this shop, newest first, with the receipts of the chosen one; from here a sale is given back. */
import { Drawer, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconReceipt, IconSearch, IconSearchOff } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReceiptQr } from '#shared/fiscal/fiscal-qr.rules.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { MissingReceipt } from './missing-receipt.tsx';
import { SaleDetails } from './sale-details.tsx';
import { SaleRow } from './sale-row.tsx';
import classes from './sales.module.css';

/** What the list begins with: the sale of a scanned receipt, or that there is none. */
export type OpenSale =
  | { readonly is: 'order'; readonly orderId: string; readonly isReturn?: boolean }
  | { readonly is: 'missing'; readonly receipt: ReceiptQr };

export function SalesDrawer({
  open,
  deviceId,
  onRefund,
  onClose,
}: {
  readonly open: OpenSale | undefined;
  /** This till: only its own receipts are printed again here. */
  readonly deviceId: string | undefined;
  readonly onRefund: (details: OrderDetails) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const api = useApi();
  const [text, setText] = useState('');
  const [chosenId, setChosenId] = useState(open?.is === 'order' ? open.orderId : undefined);
  const [words] = useDebouncedValue(text.trim(), 150);
  const sales = useQuery({
    ...api.orders.recent.queryOptions({ input: { limit: 100, text: words } }),
    placeholderData: keepPreviousData,
  });
  const registers = useQuery(api.fiscal.registers.queryOptions()).data ?? [];
  const found = sales.data ?? [];
  const listed = found.find((one) => one.order.id === chosenId);
  // A scanned receipt may be of a sale long ago, which the list does not reach.
  const asked = useQuery({
    ...api.orders.get.queryOptions({ input: { id: chosenId ?? '' } }),
    enabled: chosenId !== undefined && listed === undefined,
  });
  const isMissing = open?.is === 'missing' && chosenId === undefined && words === '';
  const chosen = listed ?? (chosenId === undefined ? (isMissing ? undefined : found[0]) : asked.data);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="left"
      size={920}
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
            onChange={(event) => {
              setText(event.currentTarget.value);
              setChosenId(undefined);
            }}
            autoComplete="off"
            data-autofocus
          />
          {sales.isPending ? (
            <LoadingState />
          ) : sales.isError ? (
            <ErrorState error={sales.error} onRetry={() => void sales.refetch()} />
          ) : found.length === 0 && words === '' ? (
            <EmptyState icon={IconReceipt} title={t('cashier:sales.empty')} text={t('cashier:sales.empty_text')} />
          ) : found.length === 0 ? (
            <EmptyState
              icon={IconSearchOff}
              title={t('cashier:sales.nothing')}
              text={t('cashier:sales.nothing_text')}
            />
          ) : (
            <ul className={classes.list}>
              {found.map((one) => (
                <li key={one.order.id}>
                  <SaleRow
                    details={one}
                    registers={registers}
                    chosen={one.order.id === chosen?.order.id}
                    onChoose={() => setChosenId(one.order.id)}
                  />
                </li>
              ))}
            </ul>
          )}
        </div>
        {isMissing ? (
          <MissingReceipt receipt={open.receipt} />
        ) : chosen ? (
          <SaleDetails
            key={chosen.order.id}
            details={chosen}
            registers={registers}
            deviceId={deviceId}
            isFromReturn={open?.is === 'order' && open.isReturn === true && open.orderId === chosen.order.id}
            onRefund={() => onRefund(chosen)}
          />
        ) : null}
      </div>
    </Drawer>
  );
}
