/** Goods and services of a shop, by name. A row opens the item. */
import { VisuallyHidden } from '@mantine/core';
import { IconCircleCheck, IconCircleOff, IconPackages, IconStarFilled } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { HqItem } from '#shared/hq/catalogue.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListRow } from '../../ui/list-frame.tsx';
import { Money } from '../../ui/money.tsx';
import { NothingFound } from '../../ui/nothing-found.tsx';
import { PagedList } from '../../ui/paged-list.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { type ItemsFilter, itemsQuery } from './catalogue.queries.ts';
import { ItemDialog } from './item-dialog.tsx';
import classes from './items-list.module.css';

export function ItemsList({
  filter,
  timeZone,
  refetchInterval,
  empty,
  onClearFilter,
}: {
  readonly filter: ItemsFilter & { readonly shopId: string };
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  /** What to do about a catalogue that has nothing. */
  readonly empty: ReactNode;
  readonly onClearFilter: () => void;
}) {
  const t = useText();
  const hq = useHq();
  const items = useInfiniteQuery({ ...itemsQuery(hq, filter), refetchInterval });
  const [open, setOpen] = useState<HqItem>();
  const isFiltered = Object.keys(filter).length > 1;
  const rows = items.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PagedList
        pages={items}
        empty={
          isFiltered ? (
            <NothingFound title={t('goods:list.nothing')} clear={t('goods:list.clear')} onClear={onClearFilter} />
          ) : (
            <EmptyState
              icon={IconPackages}
              title={t('goods:list.empty')}
              text={t('goods:list.empty_text')}
              action={empty}
            />
          )
        }
        className={classes.list}
        head={
          <>
            <span>{t('goods:item.name')}</span>
            <span>{t('goods:item.category')}</span>
            <span>{t('goods:item.vat')}</span>
            <span>{t('goods:item.state')}</span>
            <span data-end>{t('goods:item.price')}</span>
          </>
        }
        more={t('goods:list.load_more')}
        last={t('goods:list.last')}
      >
        {rows.map((row) => (
          <li key={row.item.id}>
            <Row row={row} timeZone={timeZone} onOpen={() => setOpen(row)} />
          </li>
        ))}
      </PagedList>
      {open ? <ItemDialog key={open.item.id} of={open} timeZone={timeZone} onClose={() => setOpen(undefined)} /> : null}
    </>
  );
}

function Row({
  row,
  timeZone,
  onOpen,
}: {
  readonly row: HqItem;
  readonly timeZone: string;
  readonly onOpen: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const { item } = row;
  const next = item.coming?.[0];
  return (
    <ListRow className={classes.row} data-inactive={!item.active || undefined} onClick={onOpen}>
      <span className={classes.name}>
        <span>
          {item.favourite ? (
            <>
              <IconStarFilled className={classes.star} size={16} aria-hidden />
              <VisuallyHidden>{t('goods:item.favourite')}</VisuallyHidden>
            </>
          ) : null}
          <bdi>{item.name}</bdi>
        </span>
        <small>
          <bdi>{item.sku}</bdi>
          {item.barcode === undefined ? null : (
            <>
              {' • '}
              <bdi>{item.barcode}</bdi>
            </>
          )}
        </small>
      </span>
      <bdi className={classes.category}>{item.category}</bdi>
      <span className={classes.vat}>{t(`goods:vat.${item.vat}`)}</span>
      <span className={classes.state}>
        <StatusTag tone={item.active ? 'good' : 'plain'} icon={item.active ? IconCircleCheck : IconCircleOff}>
          {t(`goods:active.${item.active}`)}
        </StatusTag>
      </span>
      <span className={classes.price}>
        <Money minor={item.priceMinor} />
        {next === undefined ? null : (
          <small>
            {t('goods:prices.next', { day: format.dayMonth(next.effectiveFrom), price: format.money(next.priceMinor) })}
          </small>
        )}
      </span>
    </ListRow>
  );
}
