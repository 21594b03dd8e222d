/** Fiscal documents of the organisation. What needs a person stands on top, whatever its age. */
import { Button } from '@mantine/core';
import { IconChevronDown, IconReceipt } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FiscalDocumentFacts, FiscalRecordTag } from '../../ui/fiscal-record.tsx';
import { ListFrame, ListRow } from '../../ui/list-frame.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { WhenCell } from '../../ui/when-cell.tsx';
import { type HqReceipt, receiptsQuery, splitByTrouble } from './receipts.queries.ts';
import classes from './receipts-list.module.css';

export function ReceiptsList({
  timeZone,
  refetchInterval,
}: {
  readonly timeZone: string;
  readonly refetchInterval: number | false;
}) {
  const t = useText();
  const hq = useHq();
  const receipts = useInfiniteQuery({ ...receiptsQuery(hq), refetchInterval });
  if (receipts.isPending) return <LoadingState />;
  if (receipts.isError && !receipts.data) {
    return <ErrorState error={receipts.error} onRetry={() => void receipts.refetch()} />;
  }
  const { trouble, rest } = splitByTrouble(receipts.data.pages.flatMap((page) => page.receipts));
  if (trouble.length + rest.length === 0) {
    return <EmptyState icon={IconReceipt} title={t('hq:receipts.empty')} text={t('hq:receipts.empty_text')} />;
  }
  return (
    <>
      {trouble.length > 0 ? (
        <Part title={t('hq:receipts.trouble', { count: trouble.length })} receipts={trouble} timeZone={timeZone} />
      ) : null}
      <Part title={t('hq:receipts.rest')} receipts={rest} timeZone={timeZone} />
      {receipts.hasNextPage ? (
        <div className={classes.more}>
          <Button variant="default" loading={receipts.isFetchingNextPage} onClick={() => void receipts.fetchNextPage()}>
            {t('hq:orders.load_more')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Part({
  title,
  receipts,
  timeZone,
}: {
  readonly title: string;
  readonly receipts: readonly HqReceipt[];
  readonly timeZone: string;
}) {
  if (receipts.length === 0) return null;
  return (
    <section className={classes.part} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      <ListFrame className={classes.list}>
        {receipts.map((receipt) => (
          <li key={receipt.record.id}>
            <Row receipt={receipt} timeZone={timeZone} />
          </li>
        ))}
      </ListFrame>
    </section>
  );
}

function Row({ receipt, timeZone }: { readonly receipt: HqReceipt; readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const [isOpen, setOpen] = useState(false);
  const { record, shopName, deviceName } = receipt;
  const canOpen = record.document !== undefined || record.errorText !== undefined || record.status === 'unknown';
  return (
    <>
      <ListRow aria-expanded={canOpen ? isOpen : undefined} disabled={!canOpen} onClick={() => setOpen(!isOpen)}>
        <WhenCell className={classes.when} at={record.createdAt} timeZone={timeZone} />
        <span className={classes.type}>
          {t(`hq:fiscal.type.${record.type}`)}
          <small>
            {record.document
              ? t('hq:fiscal.document', { number: record.document.fiscalDocumentNumber })
              : t('hq:fiscal.no_document')}
          </small>
        </span>
        <span className={classes.where}>
          <bdi>{deviceName}</bdi>
          <small>
            <bdi>{shopName}</bdi>
          </small>
        </span>
        <bdi className={classes.operator}>{record.operator.name}</bdi>
        <span className={classes.state}>
          <FiscalRecordTag status={record.status} />
        </span>
        <bdi className={classes.sum}>{record.totalMinor === 0 ? null : format.money(record.totalMinor)}</bdi>
        <IconChevronDown size={20} aria-hidden visibility={canOpen ? 'visible' : 'hidden'} />
      </ListRow>
      {isOpen ? (
        <div className={classes.details}>
          {record.status === 'unknown' ? <p>{t('hq:receipts.unknown_text')}</p> : null}
          {record.errorText === undefined ? null : <p className={classes.fault}>{record.errorText}</p>}
          {record.document ? <FiscalDocumentFacts document={record.document} timeZone={timeZone} /> : null}
        </div>
      ) : null}
    </>
  );
}
