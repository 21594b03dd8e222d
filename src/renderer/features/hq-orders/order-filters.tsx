import { Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ORDER_STATUSES } from '#shared/orders/orders.schema.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import classes from './order-filters.module.css';
import { type OrdersFilter, shopsQuery } from './orders.queries.ts';

/** A pause in the typing, after which the server is asked. */
const PAUSE_MS = 250;

export function OrderFilters({
  filter,
  onFilter,
}: {
  readonly filter: OrdersFilter;
  readonly onFilter: (filter: OrdersFilter) => void;
}) {
  const t = useText();
  const hq = useHq();
  const shops = useQuery(shopsQuery(hq));
  const [text, setText] = useState(filter.q ?? '');
  const search = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => search.current?.focus() });

  // The address may change by itself too: back, forward, "show everything".
  const [known, setKnown] = useState(filter.q);
  if (known !== filter.q) {
    setKnown(filter.q);
    if ((filter.q ?? '') !== text.trim()) setText(filter.q ?? '');
  }
  useEffect(() => {
    const q = text.trim();
    if (q === (filter.q ?? '')) return;
    const { q: _before, ...rest } = filter;
    const timer = setTimeout(() => onFilter(q === '' ? rest : { ...rest, q }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, filter, onFilter]);

  const set = (name: 'status' | 'shopId', value: string | null) => {
    const { [name]: _before, ...rest } = filter;
    onFilter(value === null ? rest : { ...rest, [name]: value });
  };
  return (
    <search className={classes.filters}>
      <TextInput
        ref={search}
        className={classes.search ?? ''}
        leftSection={<IconSearch size={20} aria-hidden />}
        rightSection={<KeyHint keys="/" />}
        rightSectionWidth={48}
        placeholder={t('hq:orders.find')}
        aria-label={t('hq:orders.find')}
        value={text}
        maxLength={64}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('');
        }}
      />
      <Select
        className={classes.select ?? ''}
        aria-label={t('hq:orders.state')}
        placeholder={t('hq:orders.any_state')}
        clearable
        value={filter.status ?? null}
        onChange={(value) => set('status', value)}
        data={ORDER_STATUSES.map((status) => ({ value: status, label: t(`hq:orders.status.${status}`) }))}
      />
      {shops.data && shops.data.shops.length > 1 ? (
        <Select
          className={classes.select ?? ''}
          aria-label={t('hq:orders.shop')}
          placeholder={t('hq:orders.any_shop')}
          clearable
          value={filter.shopId ?? null}
          onChange={(value) => set('shopId', value)}
          data={shops.data.shops.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
    </search>
  );
}
