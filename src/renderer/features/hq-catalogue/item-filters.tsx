import { useQuery } from '@tanstack/react-query';
import type { HqShops } from '#shared/hq/hq.api.ts';
import { refined } from '../../app/filter.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { FilterBar, FilterSelect } from '../../ui/filter-bar.tsx';
import { categoriesQuery, type ItemsFilter } from './catalogue.queries.ts';

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
  return (
    <FilterBar
      find={t('goods:list.find')}
      maxLength={64}
      q={filter.q}
      onSearch={(q) => onFilter(refined(filter, 'q', q))}
    >
      {shops.length > 1 ? (
        <FilterSelect
          aria-label={t('goods:list.shop')}
          allowDeselect={false}
          value={filter.shopId}
          // Categories of one shop say nothing of another.
          onChange={(shopId) => shopId && onFilter({ ...(filter.q ? { q: filter.q } : {}), shopId })}
          data={shops.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      <FilterSelect
        aria-label={t('goods:list.category')}
        placeholder={t('goods:list.any_category')}
        clearable
        searchable={categories.length > 10}
        value={filter.category ?? null}
        onChange={(value) => onFilter(refined(filter, 'category', value))}
        data={categories.map(({ name, items }) => ({
          value: name,
          label: t('goods:list.category_items', { name, count: items }),
        }))}
      />
      <FilterSelect
        width="narrow"
        aria-label={t('goods:list.state')}
        placeholder={t('goods:list.any_state')}
        clearable
        value={filter.active ?? null}
        onChange={(value) => onFilter(refined(filter, 'active', value))}
        data={(['true', 'false'] as const).map((value) => ({ value, label: t(`goods:active.${value}`) }))}
      />
    </FilterBar>
  );
}
