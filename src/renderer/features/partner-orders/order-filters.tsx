import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PARTNER_ORDER_STATUSES } from '#shared/partner/partner.api.ts';
import { refined } from '../../app/filter.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { type PartnerOrdersFilter, usePartner } from '../../app/partner.tsx';
import { FilterBar, FilterSelect } from '../../ui/filter-bar.tsx';
import classes from './order-filters.module.css';
import { kioskNamesQuery } from './orders.queries.ts';

export function OrderFilters({
  filter,
  onFilter,
}: {
  readonly filter: PartnerOrdersFilter;
  readonly onFilter: (filter: PartnerOrdersFilter) => void;
}) {
  const t = useText();
  const kiosks = useQuery(kioskNamesQuery(usePartner()));
  const day = (name: 'from' | 'to') => (
    <TextInput
      className={classes.day ?? ''}
      type="date"
      aria-label={t(`partner:orders.${name}`)}
      leftSection={<span className={classes.word}>{t(`partner:orders.${name}`)}</span>}
      leftSectionWidth={52}
      leftSectionPointerEvents="none"
      value={filter[name] ?? ''}
      min={name === 'to' ? filter.from : undefined}
      max={name === 'from' ? filter.to : undefined}
      onChange={(event) => onFilter(refined(filter, name, event.currentTarget.value || undefined))}
    />
  );
  return (
    <FilterBar
      find={t('partner:orders.find')}
      maxLength={64}
      q={filter.q}
      onSearch={(q) => onFilter(refined(filter, 'q', q))}
    >
      <FilterSelect
        width="middle"
        aria-label={t('partner:order.state')}
        placeholder={t('partner:orders.any_state')}
        clearable
        value={filter.status ?? null}
        onChange={(value) => onFilter(refined(filter, 'status', value))}
        data={PARTNER_ORDER_STATUSES.map((status) => ({ value: status, label: t(`partner:order.status.${status}`) }))}
      />
      {kiosks.data !== undefined && kiosks.data.length > 1 ? (
        <FilterSelect
          width="middle"
          aria-label={t('partner:order.kiosk')}
          placeholder={t('partner:orders.any_kiosk')}
          clearable
          searchable={kiosks.data.length > 10}
          value={filter.kioskId ?? null}
          onChange={(value) => onFilter(refined(filter, 'kioskId', value))}
          data={kiosks.data.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      {day('from')}
      {day('to')}
    </FilterBar>
  );
}
