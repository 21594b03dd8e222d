/** Fields that two people changed without knowing of each other. */
import { SegmentedControl } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqFieldConflict } from '#shared/hq/sync.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { WhenCell } from '../../ui/when-cell.tsx';
import barClasses from './case-filters.module.css';
import { ConflictDrawer } from './conflict-drawer.tsx';
import { fieldText, valueText } from './conflict-text.ts';
import classes from './conflicts-list.module.css';
import { FoundList } from './found-list.tsx';
import { CASE_STATES, type CasesFilter, conflictsQuery } from './sync.queries.ts';

export function ConflictsList({
  timeZone,
  refetchInterval,
}: {
  readonly timeZone: string;
  readonly refetchInterval: number | false;
}) {
  const t = useText();
  const hq = useHq();
  const [state, setState] = useState<NonNullable<CasesFilter['state']>>('open');
  const conflicts = useInfiniteQuery({ ...conflictsQuery(hq, state), refetchInterval });
  return (
    <>
      <div className={barClasses.bar}>
        <h2>{t('sync:hq.conflict.title')}</h2>
        <SegmentedControl
          size="md"
          value={state}
          onChange={(value) => setState(value === 'settled' ? value : 'open')}
          data={CASE_STATES.map((value) => ({ value, label: t(`sync:hq.state.${value}`) }))}
          aria-label={t('sync:hq.conflict.which')}
        />
      </div>
      <FoundList
        pages={conflicts}
        found={conflicts.data?.pages.flatMap((page) => page.conflicts) ?? []}
        empty={<EmptyState icon={IconArrowsSplit2} title={t(`sync:hq.conflict.empty.${state}`)} />}
        className={classes.list}
        columns={
          <>
            <span>{t('sync:hq.conflict.whose')}</span>
            <span>{t('sync:hq.conflict.field')}</span>
            <span>{t('sync:hq.conflict.now')}</span>
            <span>{t('sync:hq.conflict.other')}</span>
            <span>{t('sync:hq.when')}</span>
          </>
        }
        cells={(one) => <Cells found={one} timeZone={timeZone} />}
        drawer={(one, onClose) => <ConflictDrawer key={one.id} found={one} timeZone={timeZone} onClose={onClose} />}
      />
    </>
  );
}

function Cells({ found, timeZone }: { readonly found: HqFieldConflict; readonly timeZone: string }) {
  const t = useText();
  const { name, field, kept, history, at } = found;
  const other = history.find(({ isOther }) => isOther) ?? history[0];
  return (
    <>
      <span className={classes.whose}>
        <bdi>{name ?? t('sync:hq.conflict.gone')}</bdi>
      </span>
      <span className={classes.what}>{fieldText(t, field)}</span>
      <bdi className={`${classes.now} ${classes.cut}`}>{valueText(t, field, kept.value)}</bdi>
      <bdi className={`${classes.other} ${classes.cut}`}>
        {other === undefined ? null : valueText(t, field, other.value)}
      </bdi>
      <WhenCell className={classes.when} at={at} timeZone={timeZone} />
    </>
  );
}
