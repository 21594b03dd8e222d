import { useQuery } from '@tanstack/react-query';
import { WIRE_TASK_TYPES } from '#shared/fiscal/fiscal.schema.ts';
import { HQ_TASK_FILTERS } from '#shared/hq/fiscal.api.ts';
import { refined } from '../../app/filter.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { FilterBar, FilterSelect } from '../../ui/filter-bar.tsx';
import { registersQuery, type TasksFilter } from './tasks.queries.ts';

export function TaskFilters({
  filter,
  onFilter,
}: {
  readonly filter: TasksFilter;
  readonly onFilter: (filter: TasksFilter) => void;
}) {
  const t = useText();
  const hq = useHq();
  const registers = useQuery(registersQuery(hq)).data?.registers ?? [];
  return (
    <FilterBar
      find={t('monitor:queue.find')}
      maxLength={36}
      q={filter.q}
      onSearch={(q) => onFilter(refined(filter, 'q', q))}
    >
      <FilterSelect
        width="middle"
        aria-label={t('monitor:queue.state')}
        placeholder={t('monitor:queue.any_state')}
        clearable
        value={filter.status ?? null}
        onChange={(value) => onFilter(refined(filter, 'status', value))}
        data={HQ_TASK_FILTERS.map((one) => ({ value: one, label: t(`monitor:look.${one}`) }))}
      />
      <FilterSelect
        width="middle"
        aria-label={t('monitor:queue.register')}
        placeholder={t('monitor:queue.any_register')}
        clearable
        searchable={registers.length > 10}
        value={filter.fiscalDeviceId ?? null}
        onChange={(value) => onFilter(refined(filter, 'fiscalDeviceId', value))}
        data={registers.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <FilterSelect
        width="middle"
        aria-label={t('monitor:queue.type')}
        placeholder={t('monitor:queue.any_type')}
        clearable
        value={filter.type ?? null}
        onChange={(value) => onFilter(refined(filter, 'type', value))}
        data={WIRE_TASK_TYPES.map((one) => ({ value: one, label: t(`hq:fiscal.type.${one}`) }))}
      />
    </FilterBar>
  );
}
