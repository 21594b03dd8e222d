/** «Смена и касса»: what a cashier does around the sale. The sale stays as it was and is one Esc away. */
import { SegmentedControl, UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconArrowLeft,
  IconCash,
  IconClipboardList,
  IconClock,
  IconCloudUp,
  IconCoins,
  IconFileText,
  IconListCheck,
  IconPlugConnected,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { useApprovalDesk } from '../app/approval.ts';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { useKeys } from '../app/keys.ts';
import { useApi } from '../app/rpc.tsx';
import { ExchangePage } from '../features/exchange/exchange-page.tsx';
import { RegisterTag } from '../features/fiscal/register-tag.tsx';
import { TaskOutcome } from '../features/fiscal/task-outcome.tsx';
import { TaskQueue } from '../features/fiscal/task-queue.tsx';
import { EventsPage } from '../features/journal/events-page.tsx';
import { RegistersPage } from '../features/registers/registers-page.tsx';
import { CashPage } from '../features/shift/cash-page.tsx';
import { ReportsPage } from '../features/shift/reports-page.tsx';
import { ShiftPage } from '../features/shift/shift-page.tsx';
import { SyncPage } from '../features/sync/sync-page.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { SECTIONS, type Section, useDesk } from './desk.store.ts';
import classes from './desk-screen.module.css';

const ICONS: Readonly<Record<Section, Icon>> = {
  shift: IconClock,
  reports: IconFileText,
  cash: IconCash,
  queue: IconListCheck,
  registers: IconPlugConnected,
  sync: IconCloudUp,
  events: IconClipboardList,
  exchange: IconCoins,
};
/** Sections of one register at a time. */
const OF_ONE: readonly Section[] = ['shift', 'cash'];

export function DeskScreen({
  info,
  section,
  newId,
  isCovered,
  onUnknown,
  onClose,
}: {
  readonly info: DeviceInfo;
  readonly section: Section;
  readonly newId: () => string;
  /** Something stands over the page, and the keys are its own. */
  readonly isCovered: boolean;
  readonly onUnknown: () => void;
  readonly onClose: () => void;
}) {
  const api = useApi();
  const { open, isCounting } = useDesk();
  const { isAsking } = useApprovalDesk();
  const registers = useQuery(api.fiscal.registers.queryOptions());
  const [registerId, setRegisterId] = useState<string>();
  const [reportId, setReportId] = useState<string>();
  const views = registers.data ?? [];
  const register = views.find(({ id }) => id === registerId) ?? views[0];
  const waiting = views.reduce((sum, one) => sum + one.failed + (one.unknownTaskId === undefined ? 0 : 1), 0);
  useKeys(
    {
      // Leaving a count is said aloud, by its own button.
      Escape: isCounting ? undefined : onClose,
      F5: () => open('shift'),
      ...Object.fromEntries(SECTIONS.map((one, index) => [String(index + 1), () => open(one)])),
      ...Object.fromEntries(SECTIONS.map((one, index) => [`Alt+${index + 1}`, () => open(one)])),
    },
    !isCovered && !isAsking,
  );
  return (
    <div className={classes.desk}>
      <Rail section={section} waiting={waiting} isLocked={isCounting} onGo={open} onClose={onClose} />
      <main className={classes.content}>
        {registers.isPending ? (
          <LoadingState />
        ) : registers.isError ? (
          <ErrorState error={registers.error} onRetry={() => void registers.refetch()} />
        ) : (
          <>
            {views.length > 1 && OF_ONE.includes(section) && register ? (
              <RegisterSwitch views={views} register={register} isLocked={isCounting} onChoose={setRegisterId} />
            ) : null}
            <FeatureBoundary key={section} name={section}>
              <SectionPage
                info={info}
                section={section}
                register={register}
                views={views}
                newId={newId}
                reportId={reportId}
                onReport={(id) => {
                  setReportId(id);
                  open('reports');
                }}
                onUnknown={onUnknown}
              />
            </FeatureBoundary>
          </>
        )}
      </main>
    </div>
  );
}

function SectionPage({
  info,
  section,
  register,
  views,
  newId,
  reportId,
  onReport,
  onUnknown,
}: {
  readonly info: DeviceInfo;
  readonly section: Section;
  readonly register: RegisterView | undefined;
  readonly views: readonly RegisterView[];
  readonly newId: () => string;
  readonly reportId: string | undefined;
  readonly onReport: (id: string) => void;
  readonly onUnknown: () => void;
}) {
  const setCounting = useDesk((state) => state.setCounting);
  const renderTask = (taskId: string) => <TaskOutcome taskId={taskId} onUnknown={onUnknown} />;
  switch (section) {
    case 'shift':
      return register ? (
        <ShiftPage
          key={register.id}
          register={register}
          newId={newId}
          renderTask={renderTask}
          onCounting={setCounting}
          onReport={onReport}
        />
      ) : null;
    case 'reports':
      return <ReportsPage chosenId={reportId} onChoose={onReport} />;
    case 'cash':
      return register ? <CashPage key={register.id} register={register} newId={newId} renderTask={renderTask} /> : null;
    case 'queue':
      return <TaskQueue onUnknown={onUnknown} />;
    case 'registers':
      return (
        <RegistersPage views={views} serverUrl={info.serverUrl} renderState={(one) => <RegisterTag register={one} />} />
      );
    case 'sync':
      return <SyncPage />;
    case 'events':
      return <EventsPage />;
    case 'exchange':
      return <ExchangePage newId={newId} />;
  }
}

function Rail({
  section,
  waiting,
  isLocked,
  onGo,
  onClose,
}: {
  readonly section: Section;
  /** Tasks that wait for a person. */
  readonly waiting: number;
  readonly isLocked: boolean;
  readonly onGo: (section: Section) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const rail = useRef<HTMLElement>(null);
  // The focus comes here with the page, and follows a section that was chosen by its digit.
  useEffect(() => {
    const isHere = document.activeElement === document.body || rail.current?.contains(document.activeElement);
    if (isHere) rail.current?.querySelector<HTMLElement>(`[data-section="${section}"]`)?.focus();
  }, [section]);
  const walk = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0 || isLocked) return;
    event.preventDefault();
    const next = SECTIONS[(SECTIONS.indexOf(section) + by + SECTIONS.length) % SECTIONS.length] ?? section;
    onGo(next);
  };
  return (
    <nav ref={rail} className={classes.rail} aria-label={t('desk:title')}>
      {SECTIONS.map((one, index) => {
        const SectionIcon = ICONS[one];
        return (
          <UnstyledButton
            key={one}
            className={classes.place}
            data-section={one}
            aria-current={one === section ? 'page' : undefined}
            disabled={isLocked && one !== section}
            onClick={() => onGo(one)}
            onKeyDown={walk}
          >
            <SectionIcon size={22} aria-hidden />
            <span className={classes.word}>{t(`desk:section.${one}`)}</span>
            {one === 'queue' && waiting > 0 ? (
              <span className={classes.badge}>
                {waiting}
                <span className="visually-hidden">{t('desk:waiting', { count: waiting })}</span>
              </span>
            ) : (
              <KeyHint keys={String(index + 1)} />
            )}
          </UnstyledButton>
        );
      })}
      <UnstyledButton className={classes.back} onClick={onClose}>
        <IconArrowLeft size={22} aria-hidden />
        <span className={classes.word}>{t('desk:back')}</span>
        <KeyHint keys={t('cashier:key.esc')} />
      </UnstyledButton>
    </nav>
  );
}

function RegisterSwitch({
  views,
  register,
  isLocked,
  onChoose,
}: {
  readonly views: readonly RegisterView[];
  readonly register: RegisterView;
  readonly isLocked: boolean;
  readonly onChoose: (id: string) => void;
}) {
  const t = useText();
  return (
    <div className={classes.switch}>
      <SegmentedControl
        size="md"
        value={register.id ?? ''}
        disabled={isLocked}
        onChange={onChoose}
        data={views.map(({ id = '', name }) => ({ value: id, label: name ?? id }))}
        aria-label={t('desk:which_register')}
      />
      <RegisterTag register={register} />
    </div>
  );
}
