import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { useChangeLanguage, useLanguage, useText } from '../app/i18n/i18n.ts';
import { useApi } from '../app/rpc.tsx';
import { EnrolmentForm } from '../features/enrolment/enrolment-form.tsx';
import { CoreGate } from '../ui/core-gate.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { AskDialog } from './ask-dialog.tsx';
import { closedReason } from './closed-reason.ts';
import { Frame } from './frame.tsx';
import { IdleWarning } from './idle-warning.tsx';
import type { Step } from './kiosk.flow.ts';
import { useKiosk } from './kiosk.store.ts';
import { AttendantScreen } from './screens/attendant-screen.tsx';
import { AttractScreen } from './screens/attract-screen.tsx';
import { ClosedScreen } from './screens/closed-screen.tsx';
import { ConfirmScreen } from './screens/confirm-screen.tsx';
import { ContactScreen } from './screens/contact-screen.tsx';
import { NameScreen } from './screens/name-screen.tsx';
import { PayScreen } from './screens/pay-screen.tsx';
import { PhotoScreen } from './screens/photo-screen.tsx';
import { ReceiptScreen } from './screens/receipt-screen.tsx';
import { ReportScreen } from './screens/report-screen.tsx';
import { ResumeScreen } from './screens/resume-screen.tsx';
import { ReturnedScreen } from './screens/returned-screen.tsx';
import { ServiceScreen } from './screens/service-screen.tsx';
import { ThanksScreen } from './screens/thanks-screen.tsx';
import { WorkScreen } from './screens/work-screen.tsx';
import { ServiceCorner } from './service-corner.tsx';
import { SyncLine } from './sync-line.tsx';
import { useIdle } from './use-idle.ts';
import { useReset } from './use-reset.ts';
import { useResume } from './use-resume.ts';

export function KioskApp() {
  return (
    <CoreGate>
      <Device />
    </CoreGate>
  );
}

function Device() {
  const api = useApi();
  const info = useQuery(api.device.info.queryOptions());
  if (info.isPending) return <LoadingState />;
  if (info.isError) return <ErrorState error={info.error} onRetry={() => void info.refetch()} />;
  if (!info.data.device) return <EnrolmentForm version={info.data.version} onScreenKeys />;
  return <Guests info={info.data} />;
}

/** Steps that watch for themselves whether anybody is there. */
const LEAVES_BY_ITSELF: readonly Step[] = ['thanks', 'returned', 'attendant'];

function Guests({ info }: { readonly info: DeviceInfo }) {
  const api = useApi();
  const { flow, move } = useKiosk();
  const services = useQuery(api.catalogue.services.queryOptions());
  const [helping, setHelping] = useState(false);
  /** The money or the paper is on its way: nobody is sent off. */
  const [busy, setBusy] = useState(false);
  const standing = useQuery(api.kiosk.standing.queryOptions());
  const { kiosk } = standing.data ?? {};
  const language = kiosk?.defaultLanguage ?? info.language ?? info.shop?.defaultLanguage ?? 'ru';
  const forget = useReset(language);
  const reset = useCallback(() => {
    setHelping(false);
    forget();
  }, [forget]);
  const shown = useLanguage();
  // A guest who only chose a language and left is also a guest who left.
  const somebody = flow.step === 'attract' ? shown !== language : !LEAVES_BY_ITSELF.includes(flow.step);
  const { idle, stay } = useIdle(somebody && !busy, reset);
  useShopLanguage(language);
  useResume();

  const callAttendant = () => move({ kind: 'attendant_called' });

  const closed = services.isSuccess ? closedReason(info.sync, services.data.length, kiosk?.status) : undefined;
  if (closed && (flow.step === 'attract' || flow.step === 'service'))
    return (
      <>
        <ClosedScreen reason={closed} info={info} />
        <ServiceCorner onOpen={callAttendant} />
      </>
    );
  return (
    <FeatureBoundary key={flow.step} name={`kiosk/${flow.step}`} fallback={() => <Broken onReset={reset} />}>
      <Screen onHelp={() => setHelping(true)} onBusy={setBusy} onReset={reset} info={info} />
      {flow.step === 'attract' ? <ServiceCorner onOpen={callAttendant} /> : null}
      <IdleWarning idle={idle} onStay={stay} onLeave={reset} />
      <Help opened={helping} info={info} onClose={() => setHelping(false)} />
    </FeatureBoundary>
  );
}

/** The screen of each step. */
function Screen({
  onHelp,
  onBusy,
  onReset,
  info,
}: {
  readonly onHelp: () => void;
  readonly onBusy: (busy: boolean) => void;
  readonly onReset: () => void;
  readonly info: DeviceInfo;
}): ReactElement {
  const { flow, move } = useKiosk();
  switch (flow.step) {
    case 'attract':
      return (
        <AttractScreen
          {...(info.shop === undefined ? {} : { shopName: info.shop.name })}
          onTouch={() => move({ kind: 'touched' })}
        />
      );
    case 'attendant':
      return <AttendantScreen info={info} onClose={onReset} />;
    case 'service':
      return <ServiceScreen onHelp={onHelp} />;
    case 'name':
      return <NameScreen guest={flow.guest} />;
    case 'photo':
      return <PhotoScreen guest={flow.guest} onBusy={onBusy} />;
    case 'contact':
      return <ContactScreen guest={flow.guest} />;
    case 'confirm':
      return <ConfirmScreen guest={flow.guest} onLeave={onReset} />;
    case 'pay':
      return <PayScreen guest={flow.guest} onBusy={onBusy} />;
    case 'receipt':
      return <ReceiptScreen orderId={flow.orderId} onBusy={onBusy} />;
    case 'work':
      return <WorkScreen guest={flow.guest} onBusy={onBusy} onHelp={onHelp} />;
    case 'resume':
      return <ResumeScreen flow={flow} onLeave={onReset} />;
    case 'returned':
      return <ReturnedScreen intentId={flow.intentId} onDone={onReset} />;
    case 'report':
      return <ReportScreen guest={flow.guest} onBusy={onBusy} />;
    case 'thanks':
      return <ThanksScreen onDone={onReset} />;
  }
}

/** Guests are met in the language of the kiosk; one who is here already keeps the one they chose. */
function useShopLanguage(language: Language): void {
  const change = useChangeLanguage();
  useEffect(() => {
    if (useKiosk.getState().flow.step === 'attract') void change(language);
  }, [change, language]);
}

function Broken({ onReset }: { readonly onReset: () => void }) {
  const t = useText();
  return (
    <Frame
      title={t('kiosk:broken.title')}
      lead={t('kiosk:broken.text')}
      actions={<Button onClick={onReset}>{t('kiosk:broken.reset')}</Button>}
    />
  );
}

function Help({
  opened,
  info,
  onClose,
}: {
  readonly opened: boolean;
  readonly info: DeviceInfo;
  readonly onClose: () => void;
}) {
  const t = useText();
  return (
    <AskDialog
      opened={opened}
      title={t('kiosk:help.title')}
      text={
        <>
          <p>{t('kiosk:help.text')}</p>
          <p>
            <bdi>{info.shop?.name}</bdi> • <bdi>{info.device?.name}</bdi>
          </p>
          <SyncLine />
        </>
      }
      keep={t('kiosk:help.close')}
      onKeep={onClose}
    />
  );
}
