/** Reports of the organisation, newest first. A row opens in place: every delivery, and a way to send it once more. */
import { Button } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconChevronDown,
  IconClock,
  IconFileTypePdf,
  IconHelpCircle,
  IconSend,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqDelivery, HqReport } from '#shared/hq/reports.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListRow } from '../../ui/list-frame.tsx';
import { PagedList } from '../../ui/paged-list.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { WhenCell } from '../../ui/when-cell.tsx';
import { reportsQuery } from './reports.queries.ts';
import classes from './reports-list.module.css';

const LOOKS: Readonly<Record<HqDelivery['state'], readonly [Tone, Icon]>> = {
  queued: ['info', IconClock],
  sending: ['info', IconSend],
  sent: ['good', IconCheck],
  failed: ['bad', IconAlertTriangle],
  unknown: ['warn', IconHelpCircle],
};

export function ReportsList({
  timeZone,
  refetchInterval,
  onResend,
}: {
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onResend: (report: HqReport) => void;
}) {
  const t = useText();
  const hq = useHq();
  const reports = useInfiniteQuery({ ...reportsQuery(hq), refetchInterval });
  const [openId, setOpenId] = useState<string>();
  const rows = reports.data?.pages.flatMap((page) => page.reports) ?? [];
  return (
    <PagedList
      pages={reports}
      empty={<EmptyState icon={IconFileTypePdf} title={t('reports:empty')} text={t('reports:empty_text')} />}
      className={classes.list}
      head={
        <>
          <span>{t('reports:when')}</span>
          <span>{t('reports:what')}</span>
          <span>{t('reports:where')}</span>
          <span>{t('reports:found')}</span>
          <span>{t('reports:delivery')}</span>
          <span />
        </>
      }
      more={t('reports:more')}
      last={t('reports:last')}
    >
      {rows.map((row) => {
        const { id } = row.report;
        const isOpen = openId === id;
        return (
          <li key={id}>
            <Row row={row} timeZone={timeZone} isOpen={isOpen} onToggle={() => setOpenId(isOpen ? undefined : id)} />
            {isOpen ? <Details row={row} timeZone={timeZone} onResend={() => onResend(row)} /> : null}
          </li>
        );
      })}
    </PagedList>
  );
}

function Row({
  row: { report, shopName, deviceName, deliveries },
  timeZone,
  isOpen,
  onToggle,
}: {
  readonly row: HqReport;
  readonly timeZone: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const t = useText();
  const { kind, id, createdAt, summary } = report;
  const [last] = deliveries;
  return (
    <ListRow aria-expanded={isOpen} onClick={onToggle}>
      <WhenCell className={classes.when} at={createdAt} timeZone={timeZone} />
      <span className={classes.what}>
        {t(`reports:kind.${kind}`)}
        <small>
          <bdi>{id}</bdi>
        </small>
      </span>
      <span className={classes.where}>
        <bdi>{deviceName}</bdi>
        <small>
          <bdi>{shopName}</bdi>
        </small>
      </span>
      <span className={classes.found}>
        {t('reports:found_of', { now: summary.now, soon: summary.soon })}
        {summary.incomplete ? <small>{t('reports:incomplete')}</small> : null}
      </span>
      <span className={classes.delivery}>
        {last === undefined ? <small>{t('reports:nobody')}</small> : <StateTag state={last.state} />}
      </span>
      <IconChevronDown size={20} aria-hidden />
    </ListRow>
  );
}

function StateTag({ state }: { readonly state: HqDelivery['state'] }) {
  const t = useText();
  const [tone, icon] = LOOKS[state];
  return (
    <StatusTag tone={tone} icon={icon}>
      {t(`reports:state.${state}`)}
    </StatusTag>
  );
}

function Details({
  row: { deliveries },
  timeZone,
  onResend,
}: {
  readonly row: HqReport;
  readonly timeZone: string;
  readonly onResend: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  return (
    <div className={classes.details}>
      <ul className={classes.deliveries}>
        {deliveries.map((one) => (
          <li key={one.id}>
            <StateTag state={one.state} />
            <span>
              {t(`reports:channel.${one.channel}`)}: <bdi>{one.to}</bdi>
            </span>
            <small>
              {one.fault === undefined ? null : `${t(`reports:fault.${one.fault}`)}; `}
              {t('reports:attempts', { n: one.attempts })}
              {one.nextAt === undefined ? null : `; ${t('reports:next', { time: format.time(one.nextAt) })}`}
              {one.reason === undefined ? null : (
                <>
                  {' · '}
                  <bdi>{one.reason}</bdi>
                </>
              )}
            </small>
          </li>
        ))}
      </ul>
      <Button variant="default" onClick={onResend}>
        {t('reports:resend.open')}
      </Button>
    </div>
  );
}
