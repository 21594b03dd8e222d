/** Clients of a manager: tabs with counts, a quick search, cards with their address. */
import { Button, TextInput, UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconClipboardCheck,
  IconInbox,
  IconPlus,
  IconSearch,
  IconSearchOff,
  IconUserCheck,
  IconUserHeart,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import type { ClientTab } from '#shared/clients/clients.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { useManager } from '../../app/manager.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { ClientCard } from './client-card.tsx';
import classes from './client-list.module.css';
import { clientsQuery } from './clients.queries.ts';
import { nextTab, TABS } from './clients.rules.ts';
import { DisputedFiles } from './disputed-files.tsx';
import { NewClientDialog } from './new-client-dialog.tsx';

const ICONS: Readonly<Record<ClientTab, Icon>> = {
  new: IconInbox,
  processed: IconClipboardCheck,
  mine: IconUserHeart,
  in_work: IconUserCheck,
};

export function ClientList({
  tab,
  text,
  refetchInterval = false,
  notices,
  onTab,
  onText,
  onOpen,
  onBegun,
}: {
  readonly tab: ClientTab;
  /** What is looked for. */
  readonly text: string;
  /** How often to ask where nobody tells of changes, ms. */
  readonly refetchInterval?: number | false;
  readonly notices?: ReactNode;
  readonly onTab: (tab: ClientTab) => void;
  readonly onText: (text: string) => void;
  readonly onOpen: (id: string) => void;
  /** A new file: everything of it is still to be asked. */
  readonly onBegun: (id: string) => void;
}) {
  const t = useText();
  const source = useManager();
  const [isCreating, setCreating] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const tabs = useRef<HTMLDivElement>(null);
  const list = useQuery({ ...clientsQuery(source, tab, text), placeholderData: keepPreviousData, refetchInterval });
  const isSearch = text.trim() !== '';
  const create = () => setCreating(true);
  useKeys(
    {
      F2: () => search.current?.focus(),
      '/': () => search.current?.focus(),
      F4: create,
      ...Object.fromEntries(TABS.map((one, index) => [String(index + 1), () => onTab(one)])),
    },
    !isCreating,
  );
  const walk = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : undefined;
    if (by === undefined) return;
    event.preventDefault();
    const next = nextTab(tab, by);
    onTab(next);
    tabs.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div className={classes.page}>
      <div ref={tabs} className={classes.tabs} role="tablist" aria-label={t('manager:tabs')}>
        {TABS.map((one) => {
          const TabIcon = ICONS[one];
          return (
            <UnstyledButton
              key={one}
              id={`tab-${one}`}
              role="tab"
              aria-selected={tab === one}
              aria-controls="clients"
              tabIndex={tab === one ? 0 : -1}
              className={classes.tab}
              onClick={() => onTab(one)}
              onKeyDown={walk}
            >
              <TabIcon className={classes.tabIcon} size={22} aria-hidden />
              <span>{t(`manager:tab.${one}`)}</span>
              {list.data ? <span className={classes.count}>{list.data.counts[one]}</span> : null}
            </UnstyledButton>
          );
        })}
      </div>
      <div className={classes.bar}>
        <TextInput
          ref={search}
          className={classes.search ?? ''}
          leftSection={<IconSearch size={20} aria-hidden />}
          rightSection={<KeyHint keys="F2" />}
          rightSectionWidth={52}
          placeholder={t('manager:find')}
          aria-label={t('manager:find')}
          value={text}
          maxLength={128}
          autoComplete="off"
          onChange={(event) => onText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onText('');
          }}
        />
        <Button className={classes.add ?? ''} leftSection={<IconPlus size={20} aria-hidden />} onClick={create}>
          {t('manager:file.add')}
        </Button>
      </div>
      <div className={classes.notices}>
        <DisputedFiles files={list.data?.disputed ?? []} onOpen={onOpen} />
        {notices}
      </div>
      <section id="clients" role="tabpanel" aria-labelledby={`tab-${tab}`} className={classes.panel} tabIndex={-1}>
        {list.isPending ? (
          <LoadingState />
        ) : list.isError ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : list.data.clients.length > 0 ? (
          <ul className={classes.cards}>
            {list.data.clients.map((client) => (
              <li key={client.id}>
                <ClientCard client={client} onOpen={() => onOpen(client.id)} />
              </li>
            ))}
          </ul>
        ) : isSearch ? (
          <EmptyState icon={IconSearchOff} title={t('manager:nothing')} text={t('manager:nothing_text')} />
        ) : (
          <EmptyState icon={ICONS[tab]} title={t(`manager:empty.${tab}.title`)} text={t(`manager:empty.${tab}.text`)} />
        )}
      </section>
      {isCreating ? <NewClientDialog onCreated={onBegun} onClose={() => setCreating(false)} /> : null}
    </div>
  );
}
