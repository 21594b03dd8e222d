/** Fields that two people changed without knowing of each other. A row opens every value that the field has had. */
import { SegmentedControl } from '@mantine/core';
import { IconArrowsSplit2, IconChevronRight } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqFieldConflict } from '#shared/hq/sync.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { ListEnd, ListFrame, ListRow } from '../../ui/list-frame.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import barClasses from './case-filters.module.css';
import { ConflictDrawer } from './conflict-drawer.tsx';
import { fieldText, valueText } from './conflict-text.ts';
import classes from './conflicts-list.module.css';
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
  const [open, setOpen] = useState<HqFieldConflict>();
  const rows = conflicts.data?.pages.flatMap((page) => page.conflicts) ?? [];
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
      {conflicts.isPending ? <LoadingState /> : null}
      {conflicts.isError && !conflicts.data ? (
        <ErrorState error={conflicts.error} onRetry={() => void conflicts.refetch()} />
      ) : null}
      {conflicts.data && rows.length === 0 ? (
        <EmptyState icon={IconArrowsSplit2} title={t(`sync:hq.conflict.empty.${state}`)} />
      ) : null}
      {rows.length === 0 ? null : (
        <ListFrame
          className={classes.list}
          head={
            <>
              <span>{t('sync:hq.conflict.whose')}</span>
              <span>{t('sync:hq.conflict.field')}</span>
              <span>{t('sync:hq.conflict.now')}</span>
              <span>{t('sync:hq.conflict.other')}</span>
              <span>{t('sync:hq.when')}</span>
              <span />
            </>
          }
          end={<ListEnd pages={conflicts} more={t('sync:hq.more')} last={t('sync:hq.last')} />}
        >
          {rows.map((one) => (
            <li key={one.id}>
              <Row found={one} timeZone={timeZone} isOpen={one.id === open?.id} onOpen={() => setOpen(one)} />
            </li>
          ))}
        </ListFrame>
      )}
      {open ? (
        <ConflictDrawer key={open.id} found={open} timeZone={timeZone} onClose={() => setOpen(undefined)} />
      ) : null}
    </>
  );
}

function Row({
  found,
  timeZone,
  isOpen,
  onOpen,
}: {
  readonly found: HqFieldConflict;
  readonly timeZone: string;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const { name, field, kept, history, at } = found;
  const other = history.find(({ isOther }) => isOther) ?? history[0];
  return (
    <ListRow aria-haspopup="dialog" data-open={isOpen || undefined} onClick={onOpen}>
      <span className={classes.whose}>
        <bdi>{name ?? t('sync:hq.conflict.gone')}</bdi>
      </span>
      <span className={classes.what}>{fieldText(t, field)}</span>
      <bdi className={`${classes.now} ${classes.cut}`}>{valueText(t, field, kept.value)}</bdi>
      <bdi className={`${classes.other} ${classes.cut}`}>
        {other === undefined ? null : valueText(t, field, other.value)}
      </bdi>
      <span className={classes.when}>
        {format.time(at)}
        <small>{format.dayMonth(at)}</small>
      </span>
      <IconChevronRight className="pk-mirror" size={20} aria-hidden />
    </ListRow>
  );
}
