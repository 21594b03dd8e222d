/** What the server does by itself every day: when it comes next, how it went, and what it would let go now. */
import { Button } from '@mantine/core';
import { type Icon, IconAlertOctagon, IconCheck, IconEye, IconHourglass, IconLoader2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqJobRun } from '#shared/hq/jobs.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { Counts } from './counts.tsx';
import { DryRunDialog } from './dry-run-dialog.tsx';
import { jobsQuery } from './jobs.queries.ts';
import classes from './jobs-list.module.css';

export function JobsList({
  timeZone,
  refetchInterval,
}: {
  readonly timeZone: string;
  readonly refetchInterval: number | false;
}) {
  const t = useText();
  const hq = useHq();
  const format = useFormat(timeZone);
  const jobs = useQuery(jobsQuery(hq, refetchInterval));
  const [isAsking, setIsAsking] = useState(false);
  if (jobs.isPending) return <LoadingState />;
  if (!jobs.data) return <ErrorState error={jobs.error} onRetry={() => void jobs.refetch()} />;
  const { runs, nextAt } = jobs.data;
  return (
    <section className={classes.job} aria-labelledby="cleanup">
      <header>
        <div>
          <h2 id="cleanup">{t('console:jobs.cleanup')}</h2>
          <p>{t('console:jobs.cleanup_text')}</p>
          <p>{t('console:jobs.next', { time: format.dateTime(nextAt) })}</p>
        </div>
        <Button leftSection={<IconEye size={20} aria-hidden />} onClick={() => setIsAsking(true)}>
          {t('console:jobs.dry_run')}
        </Button>
      </header>
      {runs.length === 0 ? (
        <p className={classes.none}>{t('console:jobs.none')}</p>
      ) : (
        <ul aria-label={t('console:jobs.runs')}>
          {runs.map((run) => (
            <li key={`${run.job} ${run.day}`}>
              <Run run={run} timeZone={timeZone} />
            </li>
          ))}
        </ul>
      )}
      {isAsking ? (
        <DryRunDialog isRunning={runs.some(({ isRunning }) => isRunning)} onClose={() => setIsAsking(false)} />
      ) : null}
    </section>
  );
}

type Look = 'running' | 'done' | 'failed' | 'waiting';

const LOOKS: Readonly<Record<Look, readonly [Tone, Icon]>> = {
  running: ['info', IconLoader2],
  done: ['good', IconCheck],
  failed: ['bad', IconAlertOctagon],
  waiting: ['warn', IconHourglass],
};

const lookOf = ({ isRunning, finishedAt, error }: HqJobRun): Look => {
  if (isRunning) return 'running';
  if (finishedAt !== null) return 'done';
  return error === null ? 'waiting' : 'failed';
};

function Run({ run, timeZone }: { readonly run: HqJobRun; readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const look = lookOf(run);
  const [tone, icon] = LOOKS[look];
  return (
    <>
      <span className={classes.when}>
        {format.date(run.startedAt)}
        <small>
          {run.finishedAt === null
            ? format.timeWithSeconds(run.startedAt)
            : `${format.timeWithSeconds(run.startedAt)} – ${format.timeWithSeconds(run.finishedAt)}`}
        </small>
      </span>
      <span>
        <StatusTag tone={tone} icon={icon}>
          {t(`console:jobs.look.${look}`)}
        </StatusTag>
        {run.attempts > 1 ? <small>{t('console:jobs.attempts', { count: run.attempts })}</small> : null}
        {run.error === null ? null : (
          <small>
            <bdi>{run.error}</bdi>
          </small>
        )}
      </span>
      {run.counts === null ? <span /> : <Counts counts={run.counts} />}
    </>
  );
}
