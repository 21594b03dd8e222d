/** The code to pay by, what it costs, and how long it is good for. */
import { Loader } from '@mantine/core';
import { IconDeviceMobile, IconTestPipe } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';
import { countdown } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { Money } from '../../ui/money.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import classes from './pay-panel.module.css';

export function PayPanel({
  intent,
  leftMs,
  name,
  isTest,
  children,
}: {
  readonly intent: PaymentIntent;
  readonly leftMs: number;
  /** What is paid for. */
  readonly name: string;
  /** No real money moves. */
  readonly isTest: boolean;
  /** What else there is to choose. */
  readonly children?: ReactNode;
}) {
  const t = useText();
  return (
    <div className={classes.panel}>
      <section className={classes.card}>
        {isTest ? (
          <StatusTag tone="warn" icon={IconTestPipe}>
            {t('kiosk:pay.test')}
          </StatusTag>
        ) : null}
        <div className={classes.code}>
          {intent.qrData === undefined ? null : (
            <QrCode className={classes.qr ?? ''} text={intent.qrData} label={t('kiosk:pay.qr')} />
          )}
        </div>
        <p className={classes.how}>
          <IconDeviceMobile aria-hidden stroke={1.75} />
          {t('kiosk:pay.how')}
        </p>
      </section>
      <div className={classes.sums}>
        <div>
          <p className={classes.label}>{name}</p>
          <Money className={classes.total ?? ''} minor={intent.amountMinor} currency={intent.currency} />
        </div>
        <div className={classes.timer} role="timer">
          <p className={classes.label}>{t('kiosk:pay.valid')}</p>
          <bdi className={classes.left} data-short={leftMs < 60_000}>
            {countdown(leftMs)}
          </bdi>
        </div>
      </div>
      <output className={classes.waiting}>
        <Loader size="2.1rem" color="currentcolor" aria-hidden />
        {t('kiosk:pay.waiting')}
      </output>
      {children}
    </div>
  );
}
