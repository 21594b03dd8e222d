/** A day of every shop: money, receipts and the provider side by side, and why they differ where they do. */
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconCheck, IconChevronLeft, IconChevronRight, IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { HqDifference, HqReconciliation, HqShopDay } from '#shared/hq/reconciliation.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { moveDay, reconciliationQuery } from './reconciliation.queries.ts';
import classes from './reconciliation-day.module.css';

export function ReconciliationDay({
  day,
  timeZone,
  refetchInterval,
  onDay,
}: {
  /** Today when it is not said. */
  readonly day: string | undefined;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onDay: (day: string | undefined) => void;
}) {
  const t = useText();
  const hq = useHq();
  const found = useQuery({ ...reconciliationQuery(hq, day), refetchInterval });
  return (
    <>
      {found.data ? <DayBar found={found.data} onDay={onDay} /> : null}
      {found.isPending ? (
        <LoadingState />
      ) : found.data ? (
        <Shops found={found.data} timeZone={timeZone} />
      ) : (
        <>
          <Button variant="default" className={classes.today ?? ''} onClick={() => onDay(undefined)}>
            {t('console:reconciliation.today')}
          </Button>
          <ErrorState error={found.error} onRetry={() => void found.refetch()} />
        </>
      )}
    </>
  );
}

function DayBar({
  found: { day, today },
  onDay,
}: {
  readonly found: HqReconciliation;
  readonly onDay: (day: string | undefined) => void;
}) {
  const t = useText();
  const go = (to: string) => onDay(to === today ? undefined : to);
  return (
    <div className={classes.bar}>
      <ActionIcon
        variant="default"
        size={44}
        aria-label={t('console:reconciliation.before')}
        onClick={() => go(moveDay(day, -1))}
      >
        <IconChevronLeft size={20} aria-hidden />
      </ActionIcon>
      <TextInput
        type="date"
        aria-label={t('console:reconciliation.day')}
        value={day}
        max={today}
        onChange={({ currentTarget: { value } }) => {
          if (value !== '') go(value);
        }}
      />
      <ActionIcon
        variant="default"
        size={44}
        aria-label={t('console:reconciliation.after')}
        disabled={day >= today}
        onClick={() => go(moveDay(day, 1))}
      >
        <IconChevronRight size={20} aria-hidden />
      </ActionIcon>
      {day === today ? null : (
        <Button variant="subtle" color="gray" onClick={() => onDay(undefined)}>
          {t('console:reconciliation.today')}
        </Button>
      )}
    </div>
  );
}

const isQuiet = ({ receipts, provider, cash, card, psp, differences }: HqShopDay): boolean =>
  differences.length === 0 && [receipts, provider, cash, card, psp].every((flow) => flow.inMinor + flow.outMinor === 0);

function Shops({ found, timeZone }: { readonly found: HqReconciliation; readonly timeZone: string }) {
  const t = useText();
  const shown = found.shops.filter((shop) => !isQuiet(shop));
  // Where something is wrong stands first.
  const sorted = shown.toSorted((a, b) => Number(b.differences.length > 0) - Number(a.differences.length > 0));
  if (sorted.length === 0) {
    return (
      <EmptyState
        icon={IconScale}
        title={t('console:reconciliation.empty')}
        text={t('console:reconciliation.empty_text')}
      />
    );
  }
  return (
    <div className={classes.shops}>
      {sorted.map((shop) => (
        <Shop key={shop.shopId} shop={shop} timeZone={timeZone} />
      ))}
    </div>
  );
}

function Shop({ shop, timeZone }: { readonly shop: HqShopDay; readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const { differences } = shop;
  const net = (flow: HqShopDay['cash']) => flow.inMinor - flow.outMinor;
  const money = net(shop.cash) + net(shop.card) + net(shop.psp);
  const rows = [
    ['cash', net(shop.cash)],
    ['card', net(shop.card)],
    ['psp', net(shop.psp)],
  ] as const;
  const hasProvider = shop.providerDifferenceMinor !== 0 || shop.provider.inMinor + shop.provider.outMinor > 0;
  return (
    <section className={classes.shop} aria-label={shop.shopName}>
      <header>
        <h2>
          <bdi>{shop.shopName}</bdi>
        </h2>
        {differences.length === 0 ? (
          <StatusTag tone="good" icon={IconCheck}>
            {t('console:reconciliation.agrees')}
          </StatusTag>
        ) : (
          <StatusTag tone="warn" icon={IconScale}>
            {t('console:reconciliation.differs', { count: differences.length })}
          </StatusTag>
        )}
      </header>
      <dl className={classes.sums}>
        <div>
          <dt>{t('console:reconciliation.money')}</dt>
          <dd>{format.money(money)}</dd>
          <dd className={classes.parts}>
            {rows
              .filter(([, minor]) => minor !== 0)
              .map(([name, minor]) => `${t(`console:reconciliation.${name}`)} ${format.money(minor)}`)
              .join(' • ')}
          </dd>
        </div>
        <div>
          <dt>{t('console:reconciliation.receipts')}</dt>
          <dd>{format.money(net(shop.receipts))}</dd>
          <dd className={classes.parts} data-off={shop.receiptDifferenceMinor !== 0}>
            <Off minor={shop.receiptDifferenceMinor} />
          </dd>
        </div>
        {hasProvider ? (
          <div>
            <dt>{t('console:reconciliation.provider')}</dt>
            <dd>{format.money(net(shop.provider))}</dd>
            <dd className={classes.parts} data-off={shop.providerDifferenceMinor !== 0}>
              <Off minor={shop.providerDifferenceMinor} />
            </dd>
          </div>
        ) : null}
      </dl>
      {differences.length > 0 ? (
        <ul className={classes.differences}>
          {differences.map((one) => (
            <li key={`${one.orderId}${one.subjectId}${one.cause}${one.direction}`}>
              <Difference difference={one} timeZone={timeZone} />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Off({ minor }: { readonly minor: number }) {
  const t = useText();
  const format = useFormat();
  if (minor === 0) return t('console:reconciliation.same');
  return t(minor > 0 ? 'console:reconciliation.more' : 'console:reconciliation.less', {
    sum: format.money(Math.abs(minor)),
  });
}

function Difference({ difference, timeZone }: { readonly difference: HqDifference; readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const { cause, direction, amountMinor, at, orderNumber, subjectId } = difference;
  const notes = [
    direction === 'refund' ? t('console:reconciliation.refund') : undefined,
    orderNumber === undefined ? undefined : t('console:reconciliation.order', { number: orderNumber }),
    format.dateTime(at),
  ];
  return (
    <>
      <span>{t(`console:reconciliation.cause.${cause}`)}</span>
      <bdi className={classes.amount}>{`${amountMinor > 0 ? '+' : ''}${format.money(amountMinor)}`}</bdi>
      <small>
        {notes.filter((one) => one !== undefined).join(' • ')}
        {subjectId === undefined ? null : <bdi>{subjectId}</bdi>}
      </small>
    </>
  );
}
