/** The receipts of a sale as they look on paper, what may be done with them, and why one is not there yet. */
import { Button, SegmentedControl } from '@mantine/core';
import { IconArrowBackUp, IconCheck, IconInfoCircle, IconPlugConnectedX, IconPrinter } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShop, useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ReceiptPaper } from '../../ui/receipt-paper.tsx';
import { documentsOf, hasFailed, isRefundable, receiptStateOf, registerOf, type SaleDocument } from './orders.rules.ts';
import classes from './sales.module.css';

export function SaleDetails({
  details,
  registers,
  deviceId,
  isFromReturn,
  onRefund,
}: {
  readonly details: OrderDetails;
  readonly registers: readonly RegisterView[];
  readonly deviceId: string | undefined;
  /** The receipt that was scanned is that of a return. */
  readonly isFromReturn: boolean;
  readonly onRefund: () => void;
}) {
  const t = useText();
  const shop = useShop();
  const format = useShopFormat();
  const { order } = details;
  const documents = documentsOf(details);
  const [id, setId] = useState<string>();
  const shown = documents.find((one) => one.id === id) ?? documents.at(isFromReturn ? -1 : 0);
  if (!shown) return null;
  const state = receiptStateOf(shown.record, registerOf(shown.record, registers));
  const { operatorName, record } = shown;
  return (
    <aside className={classes.chosen} aria-label={t('cashier:sales.receipt', { number: order.number })}>
      {isFromReturn ? (
        <Notice tone="info" icon={IconInfoCircle}>
          {t('cashier:sales.is_return')}
        </Notice>
      ) : null}
      {documents.length > 1 ? (
        <SegmentedControl
          fullWidth
          value={shown.id}
          onChange={setId}
          data={documents.map((one) => ({
            value: one.id,
            label: t(`cashier:sales.document.${one.kind}`, { time: format.time(one.at) }),
          }))}
          aria-label={t('cashier:sales.documents')}
        />
      ) : null}
      {state === 'waiting' ? <Waiting register={registerOf(record, registers)} /> : null}
      <div className={classes.paper}>
        <ReceiptPaper
          kind={shown.kind}
          orderNumber={order.number}
          lines={shown.lines}
          totalMinor={shown.totalMinor}
          tenders={shown.tenders}
          pending={t(`cashier:sales.state.${state}`)}
          {...(shop ? { shop } : {})}
          {...(operatorName === undefined ? {} : { operatorName })}
          {...(record?.document ? { document: record.document } : {})}
        />
      </div>
      <div className={classes.acts}>
        <Copy key={shown.id} shown={shown} isOurs={record?.deviceId === deviceId} />
        {hasFailed(details) ? (
          <p className={classes.note}>{t('errors:orders.sale_not_fiscal')}</p>
        ) : isRefundable(details) ? (
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
      </div>
    </aside>
  );
}

function Waiting({ register }: { readonly register: RegisterView | undefined }) {
  const t = useText();
  if (!register) return null;
  return (
    <Notice tone="warn" icon={IconPlugConnectedX}>
      {t('cashier:sales.waits', { why: register.reason ?? t(`cashier:register.state.${register.state}`) })}
    </Notice>
  );
}

/** The paper again, from the fiscal memory: no second receipt is made. */
function Copy({ shown, isOurs }: { readonly shown: SaleDocument; readonly isOurs: boolean }) {
  const t = useText();
  const api = useApi();
  const print = useMutation(api.fiscal.printCopy.mutationOptions());
  if (!shown.record?.document) return null;
  if (!isOurs) return <p className={classes.note}>{t('cashier:sales.copy_elsewhere')}</p>;
  return (
    <>
      {print.isError ? <ErrorLine error={print.error} /> : null}
      <Button
        variant="default"
        size="md"
        fullWidth
        leftSection={print.isSuccess ? <IconCheck size={20} aria-hidden /> : <IconPrinter size={20} aria-hidden />}
        loading={print.isPending}
        onClick={() => print.mutate({ taskId: shown.id })}
      >
        {print.isSuccess ? t('cashier:sales.copied') : t('cashier:sales.copy')}
      </Button>
    </>
  );
}
