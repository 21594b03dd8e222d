/** Clients of a manager: tabs with counts, a quick search, cards with their address. Everything is on this device. */
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
import { type KeyboardEvent, useRef, useState } from 'react';
import type { ClientTab } from '#shared/clients/clients.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { useApi } from '../../app/rpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { ClientCard } from './client-card.tsx';
import { ClientDialog, NewClientDialog } from './client-dialog.tsx';
import classes from './client-list.module.css';
import { nextTab, TABS } from './clients.rules.ts';
import { DisputedFiles } from './disputed-files.tsx';
import { LostFiles } from './lost-files.tsx';

const EMPTY_ICONS: Readonly<Record<ClientTab, Icon>> = {
  new: IconInbox,
  processed: IconClipboardCheck,
  mine: IconUserHeart,
  in_work: IconUserCheck,
};

export function ClientList() {
  const t = useText();
  const api = useApi();
  const [tab, setTab] = useState<ClientTab>('new');
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string>();
  const search = useRef<HTMLInputElement>(null);
  const tabs = useRef<HTMLDivElement>(null);
  const list = useQuery(api.clients.list.queryOptions({ input: { tab, text }, placeholderData: keepPreviousData }));
  const isSearch = text.trim() !== '';
  useKeys({
    F2: () => search.current?.focus(),
    '/': () => search.current?.focus(),
    ...Object.fromEntries(TABS.map((one, index) => [String(index + 1), () => setTab(one)])),
  });
  const walk = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : undefined;
    if (by === undefined) return;
    event.preventDefault();
    const next = nextTab(tab, by);
    setTab(next);
    tabs.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div className={classes.page}>
      <div className={classes.bar}>
        <div ref={tabs} className={classes.tabs} role="tablist" aria-label={t('manager:tabs')}>
          {TABS.map((one) => (
            <UnstyledButton
              key={one}
              id={`tab-${one}`}
              role="tab"
              aria-selected={tab === one}
              aria-controls="clients"
              tabIndex={tab === one ? 0 : -1}
              className={classes.tab}
              onClick={() => setTab(one)}
              onKeyDown={walk}
            >
              {t(`manager:tab.${one}`)}
              {list.data ? <span className={classes.count}>{list.data.counts[one]}</span> : null}
            </UnstyledButton>
          ))}
        </div>
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
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setText('');
          }}
        />
        <Button leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setOpen('new')}>
          {t('manager:file.add')}
        </Button>
      </div>
      <div className={classes.notices}>
        <DisputedFiles files={list.data?.disputed ?? []} onOpen={setOpen} />
        <LostFiles onRestored={setOpen} />
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
                <ClientCard client={client} onOpen={() => setOpen(client.id)} />
              </li>
            ))}
          </ul>
        ) : isSearch ? (
          <EmptyState icon={IconSearchOff} title={t('manager:nothing')} text={t('manager:nothing_text')} />
        ) : (
          <EmptyState
            icon={EMPTY_ICONS[tab]}
            title={t(`manager:empty.${tab}.title`)}
            text={t(`manager:empty.${tab}.text`)}
          />
        )}
      </section>
      {open === undefined ? null : open === 'new' ? (
        <NewClientDialog
          onCreated={() => {
            setTab('new');
            setOpen(undefined);
          }}
          onClose={() => setOpen(undefined)}
        />
      ) : (
        <ClientDialog id={open} onClose={() => setOpen(undefined)} />
      )}
    </div>
  );
}
