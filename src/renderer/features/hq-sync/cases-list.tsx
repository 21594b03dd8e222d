/** What a person has to look at: changes that were not taken, and facts that contradict. A row opens both sides of it. */
import { IconChevronRight, IconCloudX, IconGitCompare, IconHourglassOff, IconMoodCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqSyncCase } from '#shared/hq/sync.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ChangeWords } from '../../ui/change-words.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { ListEnd, ListFrame, ListRow } from '../../ui/list-frame.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { WhenCell } from '../../ui/when-cell.tsx';
import { CaseDrawer, reasonOf } from './case-drawer.tsx';
import classes from './cases-list.module.css';
import { type CasesFilter, casesQuery } from './sync.queries.ts';

const KINDS = {
  refused: ['bad', IconCloudX],
  parked: ['bad', IconHourglassOff],
  anomaly: ['warn', IconGitCompare],
} as const;

export function CasesList({
  filter,
  timeZone,
  refetchInterval,
}: {
  readonly filter: CasesFilter;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
}) {
  const t = useText();
  const hq = useHq();
  const cases = useInfiniteQuery({ ...casesQuery(hq, filter), refetchInterval });
  const [open, setOpen] = useState<HqSyncCase>();
  if (cases.isPending) return <LoadingState />;
  if (cases.isError && !cases.data) return <ErrorState error={cases.error} onRetry={() => void cases.refetch()} />;
  const rows = cases.data.pages.flatMap((page) => page.cases);
  const state = filter.state ?? 'open';
  return (
    <>
      {rows.length === 0 ? (
        <EmptyState
          icon={IconMoodCheck}
          title={t(`sync:hq.empty.${state}`)}
          text={state === 'open' && filter.kind === undefined ? t('sync:hq.empty_text') : undefined}
        />
      ) : (
        <ListFrame
          className={classes.list}
          head={
            <>
              <span>{t('sync:hq.when')}</span>
              <span>{t('sync:hq.what')}</span>
              <span>{t('sync:hq.why')}</span>
              <span>{t('sync:hq.device')}</span>
              <span />
            </>
          }
          end={<ListEnd pages={cases} more={t('sync:hq.more')} last={t('sync:hq.last')} />}
        >
          {rows.map((one) => (
            <li key={one.id}>
              <Row found={one} timeZone={timeZone} isOpen={one.id === open?.id} onOpen={() => setOpen(one)} />
            </li>
          ))}
        </ListFrame>
      )}
      {open ? <CaseDrawer key={open.id} found={open} timeZone={timeZone} onClose={() => setOpen(undefined)} /> : null}
    </>
  );
}

function Row({
  found,
  timeZone,
  isOpen,
  onOpen,
}: {
  readonly found: HqSyncCase;
  readonly timeZone: string;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}) {
  const t = useText();
  const [tone, icon] = KINDS[found.kind];
  return (
    <ListRow aria-haspopup="dialog" data-open={isOpen || undefined} onClick={onOpen}>
      <WhenCell className={classes.when} at={found.at} timeZone={timeZone} />
      <span className={classes.what}>
        <span>{found.change ? <ChangeWords change={found.change} /> : t('sync:hq.unknown_change')}</span>
        <StatusTag tone={tone} icon={icon}>
          {t(`sync:hq.kind.${found.kind}`)}
        </StatusTag>
      </span>
      <span className={classes.why}>{reasonOf(t, found)}</span>
      <span className={classes.where}>
        <bdi>{found.deviceName}</bdi>
        <small>{t('sync:number', { mid: found.mid })}</small>
      </span>
      <IconChevronRight className="pk-mirror" size={20} aria-hidden />
    </ListRow>
  );
}
