/** Today at a glance. A tile that asks for attention says so in words and leads to where it is dealt with. */
import { IconHelpHexagon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { HqSummary } from '#shared/hq/hq.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { StatusTag } from '../../ui/status-tag.tsx';
import { PaidDays } from './paid-days.tsx';
import classes from './summary-tiles.module.css';

export function SummaryTiles({ summary }: { readonly summary: HqSummary }) {
  const t = useText();
  const format = useFormat();
  const { ordersToday, paidToday, receiptsToday, unknownReceipts, devicesOnline, devicesTotal } = summary;
  return (
    <div className={classes.tiles}>
      <Tile title={t('hq:summary.orders_today')} value={format.number(ordersToday)}>
        {t('hq:summary.paid', { count: paidToday })}
      </Tile>
      <Tile title={t('hq:summary.revenue')} value={format.money(summary.revenueTodayMinor, { short: true })}>
        {paidToday === 0
          ? null
          : t('hq:summary.average', {
              amount: format.money(Math.round(summary.revenueTodayMinor / paidToday), { short: true }),
            })}
      </Tile>
      <Tile title={t('hq:summary.receipts')} value={format.number(receiptsToday)} to="/receipts">
        {unknownReceipts > 0 ? (
          <StatusTag tone="warn" icon={IconHelpHexagon}>
            {t('hq:summary.unknown', { count: unknownReceipts })}
          </StatusTag>
        ) : (
          t('hq:summary.no_unknown')
        )}
      </Tile>
      <Tile
        title={t('hq:summary.devices')}
        value={t('hq:summary.of', { online: devicesOnline, total: devicesTotal })}
        to="/devices"
      >
        {devicesTotal === 0 ? t('hq:summary.no_devices') : t('hq:summary.online')}
      </Tile>
      <div className={classes.wide}>
        <PaidDays days={summary.days} />
      </div>
    </div>
  );
}

function Tile({
  title,
  value,
  children,
  to,
}: {
  readonly title: string;
  readonly value: string;
  readonly children: ReactNode;
  readonly to?: string;
}) {
  const body = (
    <>
      <span className={classes.title}>{title}</span>
      <strong className={classes.value}>{value}</strong>
      <span className={classes.more}>{children}</span>
    </>
  );
  return to === undefined ? (
    <div className={classes.tile}>{body}</div>
  ) : (
    <Link to={to} className={classes.tile}>
      {body}
    </Link>
  );
}
