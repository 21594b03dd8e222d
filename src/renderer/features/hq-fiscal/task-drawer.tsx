/** One task beside the list: how it stands, what may be done, what was asked and what came of it. */
import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqTask, HqTaskAct, HqTaskDetails } from '#shared/hq/fiscal.api.ts';
import { useNow } from '../../app/clock.tsx';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { DetailsDrawer, Meaning } from '../../ui/details-drawer.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { ActDialog } from './act-dialog.tsx';
import { SettleDialog } from './settle-dialog.tsx';
import { lookOf } from './task.rules.ts';
import classes from './task-drawer.module.css';
import { TaskFacts, TaskHistory, TaskItems } from './task-parts.tsx';
import { TaskStatusTag } from './task-status.tsx';
import { taskQuery } from './tasks.queries.ts';

export function TaskDrawer({
  id,
  timeZone,
  refetchInterval,
  onClose,
}: {
  readonly id: string;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onClose: () => void;
}) {
  const t = useText();
  const hq = useHq();
  const format = useFormat(timeZone);
  const task = useQuery({ ...taskQuery(hq, id), refetchInterval });
  const known = task.data?.task;
  const sum = known === undefined || known.totalMinor === 0 ? undefined : format.money(known.totalMinor);
  const type = known === undefined ? undefined : t(`hq:fiscal.type.${known.type}`);
  return (
    <DetailsDrawer
      title={sum === undefined ? (type ?? t('monitor:task.number')) : t('monitor:task.title', { type, sum })}
      onClose={onClose}
    >
      {task.isPending ? (
        <LoadingState />
      ) : task.data ? (
        <Details details={task.data} timeZone={timeZone} />
      ) : (
        <ErrorState error={task.error} onRetry={() => void task.refetch()} />
      )}
    </DetailsDrawer>
  );
}

function Details({ details, timeZone }: { readonly details: HqTaskDetails; readonly timeZone: string }) {
  const t = useText();
  const [act, setAct] = useState<HqTaskAct>();
  const { task, body, history } = details;
  const close = () => setAct(undefined);
  return (
    <>
      <div className={classes.state}>
        <TaskStatusTag task={task} timeZone={timeZone} />
        <CopyButton value={task.id}>
          {({ copied, copy }) => (
            <Button
              variant="subtle"
              color="gray"
              className={classes.id ?? ''}
              aria-label={t('monitor:task.copy')}
              rightSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              onClick={copy}
            >
              <bdi>{task.id}</bdi>
            </Button>
          )}
        </CopyButton>
      </div>
      <WhatItMeans task={task} />
      {task.acts.length > 0 ? (
        <div className={classes.acts}>
          {task.acts.map((one) => (
            <Button key={one} {...(one === 'cancel' ? { variant: 'default' } : {})} onClick={() => setAct(one)}>
              {t(`monitor:task.${one}`)}
            </Button>
          ))}
        </div>
      ) : null}
      <TaskFacts task={task} timeZone={timeZone} />
      {body.receipt ? <TaskItems receipt={body.receipt} /> : null}
      <TaskHistory history={history} timeZone={timeZone} />
      {act === 'settle' ? <SettleDialog task={task} onClose={close} /> : null}
      {act === 'requeue' || act === 'cancel' ? <ActDialog act={act} task={task} onClose={close} /> : null}
    </>
  );
}

function WhatItMeans({ task }: { readonly task: HqTask }) {
  const t = useText();
  const format = useFormat();
  const now = useNow(30_000);
  switch (lookOf(task)) {
    case 'uncertain':
      return <Meaning tone="warn">{t('monitor:task.uncertain_text')}</Meaning>;
    case 'stale':
      return <Meaning tone="warn">{t('monitor:task.stale_text', { ago: format.ago(task.updatedAt, now) })}</Meaning>;
    case 'error':
    case 'retrying':
      return (
        <Meaning tone="bad">
          {task.error === undefined ? t('monitor:task.no_error') : t('monitor:task.error_text', { error: task.error })}
        </Meaning>
      );
    case 'queued':
    case 'in_progress':
    case 'done':
    case 'settled':
    case 'cancelled':
      return null;
  }
}
