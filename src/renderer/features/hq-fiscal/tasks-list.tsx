/** Tasks of every register, newest first, live. A row opens the task beside the list. */
import { IconChevronRight, IconStack2 } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { HqTask } from '#shared/hq/fiscal.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListRow } from '../../ui/list-frame.tsx';
import { NothingFound } from '../../ui/nothing-found.tsx';
import { PagedList } from '../../ui/paged-list.tsx';
import { WhenCell } from '../../ui/when-cell.tsx';
import { TaskStatusTag } from './task-status.tsx';
import { type TasksFilter, tasksQuery } from './tasks.queries.ts';
import classes from './tasks-list.module.css';

export function TasksList({
  filter,
  timeZone,
  refetchInterval,
  openId,
  onOpen,
  onClearFilter,
}: {
  readonly filter: TasksFilter;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly openId: string | undefined;
  readonly onOpen: (id: string) => void;
  readonly onClearFilter: () => void;
}) {
  const t = useText();
  const hq = useHq();
  const tasks = useInfiniteQuery({ ...tasksQuery(hq, filter), refetchInterval });
  const rows = tasks.data?.pages.flatMap((page) => page.tasks) ?? [];
  return (
    <PagedList
      pages={tasks}
      empty={
        Object.keys(filter).length > 0 ? (
          <NothingFound title={t('monitor:queue.nothing')} clear={t('monitor:queue.clear')} onClear={onClearFilter} />
        ) : (
          <EmptyState icon={IconStack2} title={t('monitor:queue.empty')} text={t('monitor:queue.empty_text')} />
        )
      }
      className={classes.list}
      head={
        <>
          <span>{t('monitor:queue.when')}</span>
          <span>{t('monitor:queue.what')}</span>
          <span>{t('monitor:queue.register')}</span>
          <span>{t('monitor:queue.state')}</span>
          <span data-end>{t('monitor:queue.attempts')}</span>
          <span data-end>{t('monitor:queue.sum')}</span>
          <span />
        </>
      }
      more={t('monitor:queue.load_more')}
      last={t('monitor:queue.last')}
    >
      {rows.map((task) => (
        <li key={task.id}>
          <Row task={task} timeZone={timeZone} isOpen={task.id === openId} onOpen={() => onOpen(task.id)} />
        </li>
      ))}
    </PagedList>
  );
}

function Row({
  task,
  timeZone,
  isOpen,
  onOpen,
}: {
  readonly task: HqTask;
  readonly timeZone: string;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  return (
    <ListRow aria-haspopup="dialog" data-open={isOpen || undefined} onClick={onOpen}>
      <WhenCell className={classes.when} at={task.createdAt} timeZone={timeZone} />
      <span className={classes.what}>
        <span>{t(`hq:fiscal.type.${task.type}`)}</span>
        <small>
          <bdi>{task.firstItem ?? task.operatorName}</bdi>
          {task.items > 1 ? ` ${t('monitor:queue.more', { count: task.items - 1 })}` : null}
        </small>
      </span>
      <span className={classes.where}>
        <bdi>{task.registerName}</bdi>
        <small>
          <bdi>{task.shopName}</bdi>
        </small>
      </span>
      <span className={classes.state}>
        <TaskStatusTag task={task} timeZone={timeZone} />
        {task.status === 'error' && task.error !== undefined ? (
          <small className={classes.fault}>
            <bdi>{task.error}</bdi>
          </small>
        ) : null}
      </span>
      <span className={classes.attempts}>{format.number(task.attempts)}</span>
      <bdi className={classes.sum}>{task.totalMinor === 0 ? null : format.money(task.totalMinor)}</bdi>
      <IconChevronRight className="pk-mirror" size={20} aria-hidden />
    </ListRow>
  );
}
