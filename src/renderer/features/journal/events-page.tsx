/** The last 500 entries of the device's log, as they come. What a person reads to support over the phone. */
import { Button, SegmentedControl, TextInput, UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconBug,
  IconCircleX,
  IconCopy,
  IconInfoCircle,
  IconSearch,
  IconSearchOff,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { LogEvent } from '#shared/rpc/device.contract.ts';
import { type Text, useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { asText, codeOf, factsOf, isKnownEvent, matches, messageOf } from './events.rules.ts';
import classes from './events-page.module.css';

const LEVELS = ['info', 'warn', 'error'] as const;
const LOOKS: Readonly<Record<LogEvent['level'], Icon>> = {
  debug: IconBug,
  info: IconInfoCircle,
  warn: IconAlertTriangle,
  error: IconCircleX,
};
/** The log tells nobody that it has grown. */
const REFRESH_MS = 2000;

function wordsOf(t: Text, entry: LogEvent): string {
  if (isKnownEvent(entry.event)) return t(`desk:event.${entry.event}`);
  const known = messageOf(entry.message);
  const words = known === undefined ? entry.message : t(`desk:event.message.${known}`);
  const code = codeOf(entry);
  return code === undefined ? words : `${words} • ${t(`errors:${code}`)}`;
}

export function EventsPage() {
  const t = useText();
  const api = useApi();
  const [level, setLevel] = useState<(typeof LEVELS)[number]>('info');
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string>();
  const events = useQuery({
    ...api.device.events.queryOptions({ input: { limit: 500, level }, placeholderData: keepPreviousData }),
    refetchInterval: REFRESH_MS,
    refetchOnMount: 'always',
  });
  const all = events.data ?? [];
  const found = keyed(all).filter(({ entry }) => matches(entry, wordsOf(t, entry), text));
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('desk:section.events')}
        subtitle={t('desk:event.count', { count: found.length })}
        actions={
          <>
            <TextInput
              className={classes.search ?? ''}
              leftSection={<IconSearch size={20} aria-hidden />}
              placeholder={t('desk:event.find')}
              aria-label={t('desk:event.find')}
              autoComplete="off"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <SegmentedControl
              size="md"
              value={level}
              onChange={(value) => setLevel(LEVELS.find((one) => one === value) ?? 'info')}
              data={LEVELS.map((value) => ({ value, label: t(`desk:event.level.${value}`) }))}
              aria-label={t('desk:event.which')}
            />
          </>
        }
      />
      {events.isPending ? (
        <LoadingState />
      ) : events.isError ? (
        <ErrorState error={events.error} onRetry={() => void events.refetch()} />
      ) : found.length === 0 ? (
        <EmptyState icon={IconSearchOff} title={t('desk:event.nothing')} />
      ) : (
        <ul className={classes.list}>
          {found.map(({ key, entry }) => (
            <li key={key} data-level={entry.level}>
              <EventRow entry={entry} isOpen={key === open} onToggle={() => setOpen(key === open ? undefined : key)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** An entry has no id: its time and text are one, with a number among twins. Newer entries do not change it. */
function keyed(events: readonly LogEvent[]): { readonly key: string; readonly entry: LogEvent }[] {
  const seen = new Map<string, number>();
  return events
    .toReversed()
    .map((entry) => {
      const name = `${entry.time} ${entry.message}`;
      const twin = seen.get(name) ?? 0;
      seen.set(name, twin + 1);
      return { key: `${name} ${twin}`, entry };
    })
    .toReversed();
}

function EventRow({
  entry,
  isOpen,
  onToggle,
}: {
  readonly entry: LogEvent;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const LevelIcon = LOOKS[entry.level];
  const at = Date.parse(entry.time);
  return (
    <>
      <UnstyledButton className={classes.row} aria-expanded={isOpen} onClick={onToggle}>
        <span className={classes.date}>{format.dayMonth(at)}</span>
        <time>{format.timeWithSeconds(at)}</time>
        <LevelIcon className={classes.icon} size={20} aria-label={t(`desk:event.is.${entry.level}`)} />
        <span className={classes.words}>{wordsOf(t, entry)}</span>
        {entry.event === undefined ? null : <code className={classes.event}>{entry.event}</code>}
      </UnstyledButton>
      {isOpen ? <Details entry={entry} /> : null}
    </>
  );
}

function Details({ entry }: { readonly entry: LogEvent }) {
  const t = useText();
  const shown = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState<'done' | 'selected'>();
  const copy = async () => {
    // Where the clipboard is not given to pages, the text is selected for Ctrl+C.
    if (shown.current) window.getSelection()?.selectAllChildren(shown.current);
    await navigator.clipboard.writeText(asText(entry)).then(
      () => setCopied('done'),
      () => setCopied('selected'),
    );
  };
  return (
    <div className={classes.details}>
      <pre ref={shown} className={classes.text}>
        {asText(entry)}
      </pre>
      {Object.keys(factsOf(entry)).length > 0 ? (
        <dl className={classes.facts}>
          {Object.entries(factsOf(entry)).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      <Button variant="default" leftSection={<IconCopy size={18} aria-hidden />} onClick={() => void copy()}>
        {copied === undefined ? t('desk:event.copy') : t(`desk:event.copied.${copied}`)}
      </Button>
    </div>
  );
}
