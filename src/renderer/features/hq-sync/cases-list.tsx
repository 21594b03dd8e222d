/** What a person has to look at: changes that were not taken, and facts that contradict. */
import { IconCloudX, IconGitCompare, IconHourglassOff, IconMoodCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { HqSyncCase } from '#shared/hq/sync.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ChangeWords } from '../../ui/change-words.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { WhenCell } from '../../ui/when-cell.tsx';
import { CaseDrawer, reasonOf } from './case-drawer.tsx';
import classes from './cases-list.module.css';
import { FoundList } from './found-list.tsx';
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
  const state = filter.state ?? 'open';
  return (
    <FoundList
      pages={cases}
      found={cases.data?.pages.flatMap((page) => page.cases) ?? []}
      empty={
        <EmptyState
          icon={IconMoodCheck}
          title={t(`sync:hq.empty.${state}`)}
          text={state === 'open' && filter.kind === undefined ? t('sync:hq.empty_text') : undefined}
        />
      }
      className={classes.list}
      columns={
        <>
          <span>{t('sync:hq.when')}</span>
          <span>{t('sync:hq.what')}</span>
          <span>{t('sync:hq.why')}</span>
          <span>{t('sync:hq.device')}</span>
        </>
      }
      cells={(one) => <Cells found={one} timeZone={timeZone} />}
      drawer={(one, onClose) => <CaseDrawer key={one.id} found={one} timeZone={timeZone} onClose={onClose} />}
    />
  );
}

function Cells({ found, timeZone }: { readonly found: HqSyncCase; readonly timeZone: string }) {
  const t = useText();
  const [tone, icon] = KINDS[found.kind];
  return (
    <>
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
    </>
  );
}
