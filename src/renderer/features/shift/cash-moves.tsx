/** What went into the drawer and out of it lately, with why and by whom. */
import { IconArrowDownToArc, IconArrowUpFromArc, IconCoins } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import classes from './cash-moves.module.css';

const SHOWN = 8;
/** The register has counted it; what follows is paper and the report of it. */
const DONE: readonly FiscalTaskView['state'][] = ['closed', 'printed', 'reported'];

export function CashMoves() {
  const t = useText();
  const api = useApi();
  const format = useShopFormat();
  const tasks = useQuery(api.fiscal.tasks.queryOptions({ input: { limit: 200, show: 'all' } }));
  if (tasks.isError) return <ErrorState error={tasks.error} onRetry={() => void tasks.refetch()} />;
  const moves = (tasks.data ?? []).filter(({ type }) => type === 'cash_in' || type === 'cash_out').slice(0, SHOWN);
  if (moves.length === 0) {
    return <EmptyState icon={IconCoins} title={t('desk:cash.empty')} text={t('desk:cash.empty_text')} />;
  }
  return (
    <section aria-labelledby="moves-title">
      <h2 id="moves-title" className={classes.title}>
        {t('desk:cash.recent')}
      </h2>
      <ul className={classes.list}>
        {moves.map((task) => {
          const isIn = task.type === 'cash_in';
          const Icon = isIn ? IconArrowDownToArc : IconArrowUpFromArc;
          const isDone = DONE.includes(task.state);
          return (
            <li key={task.id} className={classes.row}>
              <Icon size={22} aria-hidden />
              <span className={classes.words}>
                <bdi>{task.reason ?? t(`desk:task.type.${task.type}`)}</bdi>
                <span className={classes.more}>
                  {format.time(task.createdAt)} • <bdi>{task.operatorName}</bdi>
                  {isDone ? null : ` • ${t('desk:cash.not_yet')}`}
                </span>
              </span>
              <bdi className={classes.sum} data-out={!isIn || undefined}>
                {isIn ? '+' : '−'}
                {format.sum(task.totalMinor)}
              </bdi>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
