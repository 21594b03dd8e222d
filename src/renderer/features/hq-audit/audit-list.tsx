/** Who did what, newest first; and the proof that nobody changed it since. */
import { Button, TextInput } from '@mantine/core';
import { IconAlertOctagon, IconShieldCheck } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { HqAuditRow } from '#shared/hq/audit.api.ts';
import { refined } from '../../app/filter.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { FilterBar, FilterSelect } from '../../ui/filter-bar.tsx';
import { NothingFound } from '../../ui/nothing-found.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PagedList } from '../../ui/paged-list.tsx';
import { ACTORS, type AuditFilter, auditEventsQuery, auditQuery, useVerifyAudit } from './audit.queries.ts';
import { detailKind, isNamedDetail, isNamedEntity, isNamedEvent } from './audit-events.ts';
import classes from './audit-list.module.css';

export function AuditList({
  filter,
  timeZone,
  refetchInterval,
  onFilter,
}: {
  readonly filter: AuditFilter;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  readonly onFilter: (filter: AuditFilter) => void;
}) {
  const t = useText();
  const hq = useHq();
  const pages = useInfiniteQuery({ ...auditQuery(hq, filter), refetchInterval });
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <Verdict timeZone={timeZone} />
      <AuditFilters filter={filter} onFilter={onFilter} />
      <PagedList
        pages={pages}
        className={classes.list}
        empty={
          <NothingFound title={t('console:audit.nothing')} clear={t('hq:orders.clear')} onClear={() => onFilter({})} />
        }
        head={
          <>
            <span>{t('console:audit.when')}</span>
            <span>{t('console:audit.what')}</span>
            <span>{t('console:audit.who')}</span>
            <span>{t('console:audit.with')}</span>
          </>
        }
        more={t('hq:orders.load_more')}
        last={t('hq:orders.last')}
      >
        {rows.map((row) => (
          <li key={row.seq} className={classes.row}>
            <Row row={row} timeZone={timeZone} />
          </li>
        ))}
      </PagedList>
    </>
  );
}

function Verdict({ timeZone }: { readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const verify = useVerifyAudit();
  const { data } = verify;
  return (
    <div className={classes.verify}>
      <Button
        variant="default"
        leftSection={<IconShieldCheck size={20} aria-hidden />}
        loading={verify.isPending}
        onClick={() => verify.mutate()}
      >
        {t('console:audit.verify')}
      </Button>
      <output className={classes.verdict}>
        {data === undefined ? null : data.brokenAt === undefined ? (
          <Notice tone="info" icon={IconShieldCheck}>
            {t('console:audit.whole', { count: data.rows, n: format.number(data.rows) })}{' '}
            <bdi className={classes.hash}>{data.head.hash.slice(0, 16)}</bdi>
          </Notice>
        ) : (
          <Notice tone="bad" icon={IconAlertOctagon}>
            {t('console:audit.broken', { seq: format.number(data.brokenAt) })}
          </Notice>
        )}
      </output>
      {verify.isError ? <ErrorLine error={verify.error} /> : null}
    </div>
  );
}

function AuditFilters({
  filter,
  onFilter,
}: {
  readonly filter: AuditFilter;
  readonly onFilter: (filter: AuditFilter) => void;
}) {
  const t = useText();
  const hq = useHq();
  const events = useQuery(auditEventsQuery(hq));
  const date = (name: 'from' | 'to') => (
    <TextInput
      type="date"
      aria-label={t(`console:audit.${name}`)}
      value={filter[name] ?? ''}
      onChange={({ currentTarget: { value } }) => onFilter(refined(filter, name, value === '' ? undefined : value))}
    />
  );
  return (
    <FilterBar
      find={t('console:audit.find')}
      maxLength={72}
      q={filter.q}
      onSearch={(q) => onFilter(refined(filter, 'q', q))}
    >
      <FilterSelect
        aria-label={t('console:audit.event_label')}
        placeholder={t('console:audit.any_event')}
        clearable
        searchable
        value={filter.event ?? null}
        onChange={(value) => onFilter(refined(filter, 'event', value))}
        data={(events.data?.events ?? []).map((event) => ({
          value: event,
          label: isNamedEvent(event) ? t(`console:audit.event.${event}`) : event,
        }))}
      />
      <FilterSelect
        width="narrow"
        aria-label={t('console:audit.who')}
        placeholder={t('console:audit.anybody')}
        clearable
        value={filter.actor ?? null}
        onChange={(value) => onFilter(refined(filter, 'actor', value))}
        data={ACTORS.map((actor) => ({ value: actor, label: t(`console:audit.actor.${actor}`) }))}
      />
      {date('from')}
      {date('to')}
    </FilterBar>
  );
}

function Row({ row, timeZone }: { readonly row: HqAuditRow; readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const { actor, entity } = row;
  const wordOf = (name: string, value: unknown): string => {
    if (typeof value === 'number' && detailKind(name) === 'money') return format.money(value);
    if (typeof value === 'number' && detailKind(name) === 'dollars') return format.money(value, { currency: 'USD' });
    if (typeof value === 'number' && detailKind(name) === 'moment') return format.dateTime(value);
    if (typeof value === 'boolean') return t(`console:audit.flag.${value}`);
    // What it was, and what it is.
    const between = detailKind(name) === 'list' ? ', ' : ' → ';
    if (Array.isArray(value)) return value.map((one) => wordOf(name, one)).join(between);
    return shown(value);
  };
  const details = Object.entries(row.details).map(
    ([name, value]) => `${isNamedDetail(name) ? t(`console:audit.detail.${name}`) : name}: ${wordOf(name, value)}`,
  );
  return (
    <>
      <span className={classes.when}>
        {format.dateTime(row.at)}
        <small>№ {format.number(row.seq)}</small>
      </span>
      <span className={classes.what}>
        {isNamedEvent(row.event) ? t(`console:audit.event.${row.event}`) : row.event}
        {details.length > 0 ? (
          <small>
            <bdi>{details.join(' • ')}</bdi>
          </small>
        ) : null}
      </span>
      <span className={classes.who}>
        <bdi>{actor.name ?? t(`console:audit.actor.${actor.kind}`)}</bdi>
        <small>
          <bdi>{row.ip ?? (actor.name === undefined ? actor.id : t(`console:audit.actor.${actor.kind}`))}</bdi>
        </small>
      </span>
      <span className={classes.who}>
        <bdi>
          {entity.name ?? (isNamedEntity(entity.type) ? t(`console:audit.entity.${entity.type}`) : entity.type)}
        </bdi>
        <small>
          <bdi>{entity.id}</bdi>
        </small>
      </span>
    </>
  );
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '—' : JSON.stringify(value);
