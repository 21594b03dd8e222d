import { useQuery } from '@tanstack/react-query';
import { FLEET_LOOKS } from '#shared/hq/hq.api.ts';
import { MODES } from '#shared/kernel/mode.ts';
import { refined } from '../../app/filter.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { FilterBar, FilterSelect } from '../../ui/filter-bar.tsx';
import { type FleetFilter, shopsQuery } from './devices.queries.ts';

export function DeviceFilters({
  filter,
  onFilter,
}: {
  readonly filter: FleetFilter;
  readonly onFilter: (filter: FleetFilter) => void;
}) {
  const t = useText();
  const hq = useHq();
  const shops = useQuery(shopsQuery(hq)).data?.shops ?? [];
  return (
    <FilterBar
      find={t('hq:devices.find')}
      maxLength={64}
      q={filter.q}
      onSearch={(q) => onFilter(refined(filter, 'q', q))}
    >
      {shops.length > 1 ? (
        <FilterSelect
          aria-label={t('hq:devices.shop')}
          placeholder={t('hq:devices.any_shop')}
          clearable
          searchable={shops.length > 10}
          value={filter.shopId ?? null}
          onChange={(value) => onFilter(refined(filter, 'shopId', value))}
          data={shops.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      <FilterSelect
        width="narrow"
        aria-label={t('hq:devices.mode_label')}
        placeholder={t('hq:devices.any_mode')}
        clearable
        value={filter.mode ?? null}
        onChange={(value) =>
          onFilter(
            refined(
              filter,
              'mode',
              MODES.find((one) => one === value),
            ),
          )
        }
        data={MODES.map((mode) => ({ value: mode, label: t(`hq:devices.mode.${mode}`) }))}
      />
      <FilterSelect
        width="middle"
        aria-label={t('hq:devices.look_label')}
        placeholder={t('hq:devices.any_look')}
        clearable
        value={filter.look ?? null}
        onChange={(value) =>
          onFilter(
            refined(
              filter,
              'look',
              FLEET_LOOKS.find((one) => one === value),
            ),
          )
        }
        data={FLEET_LOOKS.map((look) => ({ value: look, label: t(`hq:devices.is.${look}`) }))}
      />
    </FilterBar>
  );
}
