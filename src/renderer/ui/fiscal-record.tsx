/** A fiscal task in words, and the document that came of it, as headquarters read them. */
import { type Icon, IconAlertTriangle, IconCheck, IconClock, IconHelpHexagon } from '@tabler/icons-react';
import type { FiscalDocument, FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { useFormat } from '../app/format.ts';
import { useText } from '../app/i18n/i18n.ts';
import { FactList, type Facts } from './facts.tsx';
import classes from './fiscal-record.module.css';
import { QrCode } from './qr-code.tsx';
import { StatusTag, type Tone } from './status-tag.tsx';

const LOOKS: Readonly<Record<FiscalRecord['status'], readonly [Tone, Icon]>> = {
  queued: ['info', IconClock],
  in_progress: ['info', IconClock],
  done: ['good', IconCheck],
  error: ['bad', IconAlertTriangle],
  unknown: ['warn', IconHelpHexagon],
};

export function FiscalRecordTag({ status }: { readonly status: FiscalRecord['status'] }) {
  const t = useText();
  const [tone, icon] = LOOKS[status];
  return (
    <StatusTag tone={tone} icon={icon}>
      {t(`hq:fiscal.status.${status}`)}
    </StatusTag>
  );
}

export function FiscalDocumentFacts({
  document,
  timeZone,
}: {
  readonly document: FiscalDocument;
  readonly timeZone: string;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const facts: Facts = [
    [t('receipt:fd'), String(document.fiscalDocumentNumber)],
    [t('receipt:fp'), document.fiscalSign],
    [t('receipt:fn'), document.fnNumber],
    [t('receipt:kkt'), document.registrationNumber],
    [t('receipt:shift'), String(document.shiftNumber)],
    [t('receipt:date'), format.dateTime(document.fiscalAt)],
  ];
  return (
    <div className={classes.document}>
      <FactList className={classes.facts} facts={facts} />
      {document.qr === undefined ? null : (
        <div className={classes.qr}>
          <QrCode text={document.qr} label={t('receipt:qr')} />
        </div>
      )}
    </div>
  );
}
