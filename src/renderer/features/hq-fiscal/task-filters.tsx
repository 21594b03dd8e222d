import { Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { WIRE_TASK_TYPES } from '#shared/fiscal/fiscal.schema.ts';
import { HQ_TASK_FILTERS } from '#shared/hq/fiscal.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import classes from './task-filters.module.css';
import { registersQuery, type TasksFilter } from './tasks.queries.ts';

/** A pause in the typing, after which the server is asked. */
const PAUSE_MS = 250;

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

  const set = (name: 'status' | 'fiscalDeviceId' | 'type', value: string | null) => {
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
        placeholder={t('monitor:queue.find')}
        aria-label={t('monitor:queue.find')}
        value={text}
        maxLength={36}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('');
        }}
      />
      <Select
        className={classes.select ?? ''}
        aria-label={t('monitor:queue.state')}
        placeholder={t('monitor:queue.any_state')}
        clearable
        value={filter.status ?? null}
        onChange={(value) => set('status', value)}
        data={HQ_TASK_FILTERS.map((one) => ({ value: one, label: t(`monitor:look.${one}`) }))}
      />
      <Select
        className={classes.select ?? ''}
        aria-label={t('monitor:queue.register')}
        placeholder={t('monitor:queue.any_register')}
        clearable
        searchable={registers.length > 10}
        value={filter.fiscalDeviceId ?? null}
        onChange={(value) => set('fiscalDeviceId', value)}
        data={registers.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Select
        className={classes.select ?? ''}
        aria-label={t('monitor:queue.type')}
        placeholder={t('monitor:queue.any_type')}
        clearable
        value={filter.type ?? null}
        onChange={(value) => set('type', value)}
        data={WIRE_TASK_TYPES.map((one) => ({ value: one, label: t(`hq:fiscal.type.${one}`) }))}
      />
    </search>
  );
}
