/** The queue of the registers as it is: what waits, what stopped, what is done, and all there is to know of the chosen one. */
import { SegmentedControl, UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconArrowBackUp,
  IconArrowDownToArc,
  IconArrowUpFromArc,
  IconDoorEnter,
  IconDoorExit,
  IconListCheck,
  IconReceipt,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { type Progress, progressOf } from './fiscal.steps.ts';
import { TaskDetails } from './task-details.tsx';
import { PROGRESS_LOOKS } from './task-outcome.tsx';
import classes from './task-queue.module.css';

const SHOWS = ['open', 'all'] as const;
const ICONS: Readonly<Record<FiscalTaskView['type'], Icon>> = {
  sale: IconReceipt,
  refund: IconArrowBackUp,
  open_shift: IconDoorEnter,
  close_shift: IconDoorExit,
  cash_in: IconArrowDownToArc,
  cash_out: IconArrowUpFromArc,
};

export function TaskQueue({ onUnknown }: { readonly onUnknown: () => void }) {
  const t = useText();
  const api = useApi();
  const [show, setShow] = useState<(typeof SHOWS)[number]>('open');
  const [chosenId, setChosenId] = useState<string>();
  const tasks = useQuery(
    api.fiscal.tasks.queryOptions({ input: { limit: 200, show }, placeholderData: keepPreviousData }),
  );
  const registers = useQuery(api.fiscal.registers.queryOptions());
  // Numbers that people say aloud: a task carries only the id of its order.
  const orders = useQuery(api.orders.recent.queryOptions({ input: { limit: 100 } }));
  const numberOf = (task: FiscalTaskView) => orders.data?.find(({ order }) => order.id === task.orderId)?.order.number;
  const stateOf = (task: FiscalTaskView): Progress =>
    progressOf(
      task,
      registers.data?.find((one) => one.id === task.registerId),
    );
  const found = tasks.data ?? [];
  const chosen = found.find((one) => one.id === chosenId) ?? found[0];
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('desk:section.queue')}
        actions={
          <SegmentedControl
            size="md"
            value={show}
            onChange={(value) => setShow(value === 'all' ? 'all' : 'open')}
            data={SHOWS.map((value) => ({ value, label: t(`desk:task.show.${value}`) }))}
            aria-label={t('desk:task.which')}
          />
        }
      />
      {tasks.isPending ? (
        <LoadingState />
      ) : tasks.isError ? (
        <ErrorState error={tasks.error} onRetry={() => void tasks.refetch()} />
      ) : chosen ? (
        <div className={classes.columns}>
          <ul className={classes.list}>
            {found.map((task) => (
              <li key={task.id}>
                <TaskRow
                  task={task}
                  number={numberOf(task)}
                  progress={stateOf(task)}
                  isChosen={task === chosen}
                  onChoose={() => setChosenId(task.id)}
                />
              </li>
            ))}
          </ul>
          <TaskDetails
            key={chosen.id}
            task={chosen}
            number={numberOf(chosen)}
            progress={stateOf(chosen)}
            registerName={registers.data && registers.data.length > 1 ? nameOf(registers.data, chosen) : undefined}
            onUnknown={onUnknown}
          />
        </div>
      ) : (
        <EmptyState
          icon={IconListCheck}
          title={t(`desk:task.empty.${show}`)}
          text={show === 'open' ? t('desk:task.empty_text') : undefined}
        />
      )}
    </div>
  );
}

const nameOf = (
  registers: readonly { readonly id?: string | undefined; readonly name?: string | undefined }[],
  task: FiscalTaskView,
) => registers.find(({ id }) => id === task.registerId)?.name ?? task.registerId;

function TaskRow({
  task,
  number,
  progress,
  isChosen,
  onChoose,
}: {
  readonly task: FiscalTaskView;
  readonly number: string | undefined;
  readonly progress: Progress;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const TypeIcon = ICONS[task.type];
  const [tone, icon] = PROGRESS_LOOKS[progress];
  return (
    <UnstyledButton className={classes.row} aria-pressed={isChosen} onClick={onChoose} onFocus={onChoose}>
      <TypeIcon className={classes.icon} size={22} aria-hidden />
      <span className={classes.words}>
        <span className={classes.name}>
          {t(`desk:task.type.${task.type}`)}
          {number === undefined ? null : (
            <>
              {' '}
              <bdi>{number}</bdi>
            </>
          )}
        </span>
        <span className={classes.more}>
          {format.timeWithSeconds(task.createdAt)} • <bdi>{task.operatorName}</bdi>
          {task.attempts > 1 ? ` • ${t('desk:task.attempts', { count: task.attempts })}` : null}
        </span>
      </span>
      <span className={classes.end}>
        {task.totalMinor > 0 ? <bdi className={classes.sum}>{format.sum(task.totalMinor)}</bdi> : null}
        <StatusTag tone={tone} icon={icon}>
          {t(`desk:task.state.${progress}`)}
        </StatusTag>
      </span>
    </UnstyledButton>
  );
}
