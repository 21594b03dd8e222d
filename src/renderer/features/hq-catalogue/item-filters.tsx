import { Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { HqShops } from '#shared/hq/hq.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import { categoriesQuery, type ItemsFilter } from './catalogue.queries.ts';
import classes from './item-filters.module.css';

/** A pause in the typing, after which the server is asked. */
const PAUSE_MS = 250;

export function ItemFilters({
  filter,
  shops,
  onFilter,
}: {
  readonly filter: ItemsFilter & { readonly shopId: string };
  readonly shops: HqShops['shops'];
  readonly onFilter: (filter: ItemsFilter) => void;
}) {
  const t = useText();
  const hq = useHq();
  const categories = useQuery(categoriesQuery(hq, filter.shopId)).data?.categories ?? [];
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

  const set = (name: 'category' | 'active', value: string | null) => {
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
        placeholder={t('goods:list.find')}
        aria-label={t('goods:list.find')}
        value={text}
        maxLength={64}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('');
        }}
      />
      {shops.length > 1 ? (
        <Select
          className={classes.select ?? ''}
          aria-label={t('goods:list.shop')}
          allowDeselect={false}
          value={filter.shopId}
          // Categories of one shop say nothing of another.
          onChange={(shopId) => shopId && onFilter({ ...(filter.q ? { q: filter.q } : {}), shopId })}
          data={shops.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      <Select
        className={classes.select ?? ''}
        aria-label={t('goods:list.category')}
        placeholder={t('goods:list.any_category')}
        clearable
        searchable={categories.length > 10}
        value={filter.category ?? null}
        onChange={(value) => set('category', value)}
        data={categories.map(({ name, items }) => ({
          value: name,
          label: t('goods:list.category_items', { name, count: items }),
        }))}
      />
      <Select
        className={classes.state ?? ''}
        aria-label={t('goods:list.state')}
        placeholder={t('goods:list.any_state')}
        clearable
        value={filter.active ?? null}
        onChange={(value) => set('active', value)}
        data={(['true', 'false'] as const).map((value) => ({ value, label: t(`goods:active.${value}`) }))}
      />
    </search>
  );
}
