import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { refined } from '../../app/filter.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { FilterSelect } from '../../ui/filter-bar.tsx';
import classes from './case-filters.module.css';
import { CASE_KINDS, CASE_STATES, type CasesFilter, syncDevicesQuery } from './sync.queries.ts';

export function CaseFilters({
  filter,
  onFilter,
}: {
  readonly filter: CasesFilter;
  readonly onFilter: (filter: CasesFilter) => void;
}) {
  const t = useText();
  const hq = useHq();
  const devices = useQuery(syncDevicesQuery(hq)).data?.devices ?? [];
  return (
    <div className={classes.bar}>
      <h2>{t('sync:hq.cases')}</h2>
      <SegmentedControl
        size="md"
        value={filter.state ?? 'open'}
        onChange={(value) => onFilter(refined(filter, 'state', value === 'settled' ? value : null))}
        data={CASE_STATES.map((value) => ({ value, label: t(`sync:hq.state.${value}`) }))}
        aria-label={t('sync:hq.which')}
      />
      <FilterSelect
        width="middle"
        aria-label={t('sync:hq.kind_label')}
        placeholder={t('sync:hq.any_kind')}
        clearable
        value={filter.kind ?? null}
        onChange={(value) => onFilter(refined(filter, 'kind', value))}
        data={CASE_KINDS.map((value) => ({ value, label: t(`sync:hq.kind.${value}`) }))}
      />
      <FilterSelect
        width="wide"
        aria-label={t('sync:hq.device')}
        placeholder={t('sync:hq.any_device')}
        clearable
        searchable={devices.length > 10}
        value={filter.deviceId ?? null}
        onChange={(value) => onFilter(refined(filter, 'deviceId', value))}
        data={devices.map(({ id, name, shopName }) => ({ value: id, label: `${name} • ${shopName}` }))}
      />
    </div>
  );
}
