import { KIOSK_LOOKS } from '#shared/partner/partner.api.ts';
import { refined } from '../../app/filter.ts';
import { useText } from '../../app/i18n/i18n.ts';
import type { PartnerKiosksFilter } from '../../app/partner.tsx';
import { FilterBar, FilterSelect } from '../../ui/filter-bar.tsx';

export function KioskFilters({
  filter,
  onFilter,
}: {
  readonly filter: PartnerKiosksFilter;
  readonly onFilter: (filter: PartnerKiosksFilter) => void;
}) {
  const t = useText();
  return (
    <FilterBar
      find={t('partner:kiosks.find')}
      maxLength={64}
      q={filter.q}
      onSearch={(q) => onFilter(refined(filter, 'q', q))}
    >
      <FilterSelect
        width="middle"
        aria-label={t('partner:order.state')}
        placeholder={t('partner:orders.any_state')}
        clearable
        value={filter.look ?? null}
        onChange={(value) => onFilter(refined(filter, 'look', value))}
        data={KIOSK_LOOKS.map((look) => ({ value: look, label: t(`partner:kiosks.look.${look}`) }))}
      />
    </FilterBar>
  );
}
