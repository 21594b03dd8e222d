/** Bills of a client: what is to be paid, and how it was. */
import { Button } from '@mantine/core';
import { IconCheck, IconClock, IconReceipt, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, type InvoiceView, useManager, useManagerFormat } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { useFileAct } from './client-file.queries.ts';
import { PayDialog } from './pay-dialog.tsx';
import classes from './wizard.module.css';

const LOOK = {
  pending: ['warn', IconClock],
  paid: ['good', IconCheck],
  canceled: ['plain', IconX],
} as const;

export function Invoices({ file }: { readonly file: ClientFile }) {
  const t = useText();
  const { invoices, isOnline } = file.contract;
  if (invoices.length === 0) return null;
  return (
    <section className={classes.panel} aria-labelledby="invoices">
      <h3 id="invoices" className={classes.panelTitle}>
        <IconReceipt size={22} aria-hidden />
        {t('wizard:invoice.title')}
      </h3>
      <ul className={classes.list}>
        {invoices.map((invoice) => (
          <li key={invoice.id}>
            <Bill clientId={file.client.id} invoice={invoice} isOnline={isOnline} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Bill({
  clientId,
  invoice,
  isOnline,
}: {
  readonly clientId: string;
  readonly invoice: InvoiceView;
  readonly isOnline: boolean;
}) {
  const t = useText();
  const format = useManagerFormat();
  const { payOnline } = useManager();
  const [isPaying, setPaying] = useState(false);
  const open = useFileAct(clientId, async (source) => source.payOnline?.(clientId, invoice.id));
  const [tone, icon] = LOOK[invoice.status];
  const { payment } = invoice;
  return (
    <div className={classes.bill}>
      <div>
        <strong>{format.money(invoice.amountMinor)}</strong>
        <p className={classes.note}>
          {invoice.description} • {t('wizard:invoice.due', { date: dayOf(invoice.dueDate) })}
        </p>
        {payment === undefined ? null : (
          <p className={classes.note}>
            {t(`wizard:invoice.source.${payment.source}`, { at: format.dateTime(payment.at) })}
            {payment.amountMinor === invoice.amountMinor ? null : ` • ${format.money(payment.amountMinor)}`}
            {payment.reason === undefined ? null : ` • ${payment.reason}`}
          </p>
        )}
      </div>
      <StatusTag tone={tone} icon={icon}>
        {t(`wizard:invoice.status.${invoice.status}`)}
      </StatusTag>
      {invoice.status === 'pending' ? (
        <div className={classes.row}>
          <Button disabled={!isOnline} onClick={() => setPaying(true)}>
            {t('wizard:invoice.pay')}
          </Button>
          {payOnline === undefined ? null : (
            <Button
              variant="default"
              disabled={!isOnline}
              loading={open.isPending}
              onClick={() => open.mutate(undefined)}
            >
              {t('wizard:invoice.pay_online')}
            </Button>
          )}
          {isOnline ? null : <span className={classes.note}>{t('wizard:invoice.offline')}</span>}
        </div>
      ) : null}
      {open.isError ? <ErrorLine error={open.error} /> : null}
      {invoice.status === 'pending' && open.data?.confirmationUrl !== undefined ? (
        <div className={classes.row}>
          <QrCode className={classes.qr ?? ''} text={open.data.confirmationUrl} label={t('wizard:invoice.qr')} />
          <p className={classes.note}>{t('wizard:invoice.qr_text', { time: format.time(open.data.expiresAt) })}</p>
        </div>
      ) : null}
      {isPaying ? <PayDialog clientId={clientId} invoice={invoice} onClose={() => setPaying(false)} /> : null}
    </div>
  );
}

/** `2025-10-18` as people write it; a day has no zone. */
const dayOf = (day: string): string => day.split('-').toReversed().join('.');
