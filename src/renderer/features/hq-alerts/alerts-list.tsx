/** Everything that wants, or wanted, a person: kinds with how many are open, and the alerts of the chosen one. */
import { UnstyledButton } from '@mantine/core';
import { IconBellCheck } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterSelect } from '../../ui/filter-bar.tsx';
import { NothingFound } from '../../ui/nothing-found.tsx';
import { PagedList } from '../../ui/paged-list.tsx';
import { AlertRow } from './alert-row.tsx';
import { ALERT_STATES, type AlertsFilter, alertGroupsQuery, alertsQuery } from './alerts.queries.ts';
import classes from './alerts-list.module.css';

const PAGE = 50;

export function AlertsList({
  filter,
  timeZone,
  refetchInterval,
  onFilter,
  onOpenTask,
}: {
  readonly filter: AlertsFilter;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onFilter: (filter: AlertsFilter) => void;
  readonly onOpenTask: (id: string) => void;
}) {
  const t = useText();
  const hq = useHq();
  const format = useFormat(timeZone);
  const pages = useInfiniteQuery({ ...alertsQuery(hq, filter, PAGE), refetchInterval });
  const groups = useQuery({ ...alertGroupsQuery(hq), refetchInterval }).data?.groups ?? [];
  const rows = pages.data?.pages.flatMap((page) => page.alerts) ?? [];
  const isQuiet = filter.state === 'open' && filter.kind === undefined;
  return (
    <>
      <div className={classes.bar}>
        <FilterSelect
          width="narrow"
          aria-label={t('monitor:alerts.state')}
          allowDeselect={false}
          value={filter.state}
          onChange={(value) => onFilter({ ...filter, state: ALERT_STATES.find((one) => one === value) ?? 'open' })}
          data={ALERT_STATES.map((state) => ({ value: state, label: t(`monitor:alerts.is.${state}`) }))}
        />
      </div>
      {groups.length > 0 ? (
        <ul className={classes.groups} aria-label={t('monitor:alerts.groups')}>
          {groups.map(({ kind, open, latestAt }) => (
            <li key={kind}>
              <UnstyledButton
                className={classes.group ?? ''}
                aria-pressed={filter.kind === kind}
                onClick={() => onFilter(filter.kind === kind ? { state: filter.state } : { state: filter.state, kind })}
              >
                <strong>{format.number(open)}</strong>
                <span>
                  {t(`monitor:alerts.kind.${kind}`)}
                  <small>{t('monitor:alerts.latest', { when: format.dateTime(latestAt) })}</small>
                </span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
      ) : null}
      <PagedList
        pages={pages}
        className={classes.list}
        empty={
          isQuiet ? (
            <EmptyState icon={IconBellCheck} title={t('monitor:alerts.none')} text={t('monitor:alerts.none_text')} />
          ) : (
            <NothingFound
              title={t('monitor:alerts.nothing')}
              clear={t('monitor:alerts.show_open')}
              onClear={() => onFilter({ state: 'open' })}
            />
          )
        }
        more={t('monitor:alerts.more')}
        last={t('hq:orders.last')}
      >
        {rows.map((alert) => (
          <li
            key={alert.id}
            className={classes.row}
            data-closed={alert.acknowledgedAt === undefined ? undefined : true}
          >
            <AlertRow alert={alert} timeZone={timeZone} onOpenTask={onOpenTask} />
          </li>
        ))}
      </PagedList>
    </>
  );
}
