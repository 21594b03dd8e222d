import { useQuery } from '@tanstack/react-query';
import { ORDER_STATUSES } from '#shared/orders/orders.schema.ts';
import { refined } from '../../app/filter.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { FilterBar, FilterSelect } from '../../ui/filter-bar.tsx';
import { type OrdersFilter, shopsQuery } from './orders.queries.ts';

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
  return (
    <FilterBar
      find={t('hq:orders.find')}
      maxLength={64}
      q={filter.q}
      onSearch={(q) => onFilter(refined(filter, 'q', q))}
    >
      <FilterSelect
        aria-label={t('hq:orders.state')}
        placeholder={t('hq:orders.any_state')}
        clearable
        value={filter.status ?? null}
        onChange={(value) => onFilter(refined(filter, 'status', value))}
        data={ORDER_STATUSES.map((status) => ({ value: status, label: t(`hq:orders.status.${status}`) }))}
      />
      {shops.data && shops.data.shops.length > 1 ? (
        <FilterSelect
          aria-label={t('hq:orders.shop')}
          placeholder={t('hq:orders.any_shop')}
          clearable
          value={filter.shopId ?? null}
          onChange={(value) => onFilter(refined(filter, 'shopId', value))}
          data={shops.data.shops.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
    </FilterBar>
  );
}
