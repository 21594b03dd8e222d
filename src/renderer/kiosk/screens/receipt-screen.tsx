import { Button } from '@mantine/core';
import { IconHeartHandshake, IconReceiptOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClock, useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { PrinterScene } from '../../features/kiosk-receipt/printer-scene.tsx';
import { receiptState } from '../../features/kiosk-receipt/receipt-state.rules.ts';
import { Notice } from '../../ui/notice.tsx';
import { ReceiptPaper } from '../../ui/receipt-paper.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { Frame } from '../frame.tsx';
import { useKiosk } from '../kiosk.store.ts';
import { Scene } from '../scene.tsx';
import classes from './receipt-screen.module.css';

/** @param onBusy tells whether the register is printing: then nobody may be sent away. */
export function ReceiptScreen({
  orderId,
  onBusy,
}: {
  readonly orderId: string;
  readonly onBusy: (busy: boolean) => void;
}) {
  const t = useText();
  const api = useApi();
  const clock = useClock();
  const move = useKiosk((state) => state.move);
  const [since] = useState(clock);
  const now = useNow(1000);
  const details = useQuery({ ...api.orders.get.queryOptions({ input: { id: orderId } }), refetchInterval: 5000 });
  const register = useQuery(api.fiscal.register.queryOptions());
  const info = useQuery(api.device.info.queryOptions());
  const state = receiptState(details.data, register.data, now - since);
  const printing = state.kind === 'printing';
  useEffect(() => {
    onBusy(printing);
    return () => onBusy(false);
  }, [printing, onBusy]);

  // A round given as amends was paid by nobody, and no receipt comes.
  const isFree =
    details.data?.payments.every(({ method }) => method === 'free_code') && details.data.payments.length > 0;
  useEffect(() => {
    if (isFree) move({ kind: 'receipt_done' });
  }, [isFree, move]);

  const order = details.data?.order;
  const isCash = details.data?.payments.some(({ method }) => method === 'cash') ?? false;
  const document = state.kind === 'ready' || state.kind === 'no_paper' ? state.document : undefined;
  const { shop } = info.data ?? {};
  return (
    <Frame
      step="receipt"
      title={t(`kiosk:receipt.${state.kind}.title`)}
      lead={t(`kiosk:receipt.${state.kind}.text`)}
      actions={
        printing ? undefined : <Button onClick={() => move({ kind: 'receipt_done' })}>{t('kiosk:receipt.done')}</Button>
      }
    >
      {state.kind === 'no_paper' ? (
        <div className={classes.notice}>
          <Notice tone="warn" icon={IconReceiptOff}>
            {t('kiosk:receipt.no_paper.notice')}
          </Notice>
        </div>
      ) : null}
      {state.kind === 'staff' ? (
        <Scene>
          <StatePanel
            icon={IconHeartHandshake}
            tone="good"
            title={t('kiosk:receipt.staff.paid')}
            text={order ? t('kiosk:receipt.staff.order', { number: order.number }) : undefined}
          />
        </Scene>
      ) : order ? (
        <PrinterScene printing={printing}>
          <ReceiptPaper
            kind="sale"
            {...(shop ? { shop } : {})}
            orderNumber={order.number}
            lines={order.lines}
            totalMinor={order.totalMinor}
            tenders={[{ type: isCash ? 'cash' : 'card', sumMinor: order.totalMinor }]}
            {...(document ? { document } : {})}
          />
        </PrinterScene>
      ) : null}
    </Frame>
  );
}
