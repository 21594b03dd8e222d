/** What waits to be sent, oldest first: the order in which it will go. Any length, by pages. */
import { IconCloudCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { WaitingChange } from '#shared/rpc/sync.contract.ts';
import { useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ChangeIcon, ChangeWords } from '../../ui/change-words.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PagedList } from '../../ui/paged-list.tsx';
import { sinceText } from '../../ui/sync-tag.tsx';
import classes from './sync-list.module.css';

const PAGE = 100;

export function WaitingList() {
  const t = useText();
  const api = useApi();
  const waiting = useInfiniteQuery(
    api.sync.waiting.infiniteOptions({
      input: (after: number) => ({ after, limit: PAGE }),
      initialPageParam: 0,
      getNextPageParam: (page) => page.next,
    }),
  );
  const rows = waiting.data?.pages.flatMap((page) => page.changes) ?? [];
  return (
    <PagedList
      pages={waiting}
      empty={<EmptyState icon={IconCloudCheck} title={t('sync:waiting.empty')} text={t('sync:waiting.empty_text')} />}
      className={classes.list}
      more={t('sync:more')}
      last={t('sync:waiting.last')}
    >
      {rows.map((change) => (
        <li key={change.mid}>
          <Row change={change} />
        </li>
      ))}
    </PagedList>
  );
}

function Row({ change }: { readonly change: WaitingChange }) {
  const t = useText();
  const format = useShopFormat();
  const now = useNow(60_000);
  return (
    <div className={classes.row}>
      <span className={classes.icon}>
        <ChangeIcon name={change.name} />
      </span>
      <span className={classes.words}>
        <span className={classes.what}>
          <ChangeWords change={change} />
        </span>
        <small>
          {change.by === undefined ? null : (
            <>
              <bdi>{change.by}</bdi>
              {' • '}
            </>
          )}
          {t('sync:number', { mid: change.mid })}
        </small>
      </span>
      <span className={classes.sum}>
        {change.amountMinor === undefined ? null : <bdi>{format.money(change.amountMinor)}</bdi>}
      </span>
      <time className={classes.when}>{sinceText(format, change.madeAt, now)}</time>
    </div>
  );
}
