import { TextInput } from '@mantine/core';
import { PARTNER_ORDER_STATUSES } from '#shared/partner/partner.api.ts';
import { refined } from '../../app/filter.ts';
import { useText } from '../../app/i18n/i18n.ts';
import type { PartnerOrdersFilter } from '../../app/partner.tsx';
import { FilterBar, FilterSelect } from '../../ui/filter-bar.tsx';
import { KioskSelect } from './kiosk-select.tsx';
import classes from './order-filters.module.css';

export function OrderFilters({
  filter,
  onFilter,
}: {
  readonly filter: PartnerOrdersFilter;
  readonly onFilter: (filter: PartnerOrdersFilter) => void;
}) {
  const t = useText();
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
      <KioskSelect kioskId={filter.kioskId} onKiosk={(id) => onFilter(refined(filter, 'kioskId', id))} />
      <div className={classes.days}>
        {day('from')}
        {day('to')}
      </div>
    </FilterBar>
  );
}
