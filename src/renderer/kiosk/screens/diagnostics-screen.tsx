import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { CarFacts } from '../../features/diagnostics/car-facts.tsx';
import { ConnectSteps } from '../../features/diagnostics/connect-steps.tsx';
import { Findings } from '../../features/diagnostics/findings.tsx';
import { FoundCounts } from '../../features/diagnostics/found-counts.tsx';
import { scanPhase } from '../../features/diagnostics/scan-phase.rules.ts';
import { ScanProgress } from '../../features/diagnostics/scan-progress.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import { Scene } from '../scene.tsx';
import classes from './diagnostics-screen.module.css';

/** Faults that a look at the plug and the key mends. */
const PLUG_FAULTS: readonly string[] = ['no_car', 'not_plugged', 'adapter_lost', 'adapter_silent'];

/** @param onBusy tells whether a scan runs: then nobody may be sent away. */
export function DiagnosticsScreen({
  guest: { visitId },
  onBusy,
  onHelp,
}: {
  readonly guest: Guest;
  readonly onBusy: (busy: boolean) => void;
  readonly onHelp: () => void;
}) {
  const t = useText();
  const api = useApi();
  const move = useKiosk((state) => state.move);
  const query = useQuery({
    ...api.diagnostics.scan.queryOptions({ input: { visitId } }),
    // Should a change be lost on the way, the end of a scan is still noticed.
    refetchInterval: 3000,
  });
  const again = { onSuccess: () => void query.refetch() };
  const start = useMutation({ ...api.diagnostics.start.mutationOptions(), ...again });
  const cancel = useMutation({ ...api.diagnostics.cancel.mutationOptions(), ...again });
  const phase = query.data === undefined ? undefined : scanPhase(query.data);
  const busy = start.isPending || phase?.kind === 'running';
  useEffect(() => {
    onBusy(busy);
    return () => onBusy(false);
  }, [busy, onBusy]);

  const giveBack = useMutation({
    ...api.payments.giveBack.mutationOptions(),
    onSuccess: ({ id }) => move({ kind: 'gave_back', intentId: id }),
  });
  const begin = () => start.mutate({ visitId });
  const done = <Button onClick={() => move({ kind: 'work_done' })}>{t('checks:done')}</Button>;
  const repeat = (
    <Button variant="default" loading={start.isPending} leftSection={<IconRefresh aria-hidden />} onClick={begin}>
      {t('checks:failed.again')}
    </Button>
  );
  if (phase === undefined) {
    return (
      <Frame title={t('checks:connect.title')}>
        {query.isError ? <GuestFault error={query.error} /> : <LoadingState />}
      </Frame>
    );
  }
  switch (phase.kind) {
    case 'connect':
      return (
        <Frame
          title={t('checks:connect.title')}
          lead={t('checks:connect.lead')}
          actions={
            <Button loading={start.isPending} onClick={begin}>
              {t('checks:connect.start')}
            </Button>
          }
        >
          {start.isError ? <GuestFault error={start.error} /> : null}
          <ConnectSteps />
        </Frame>
      );
    case 'running':
      return (
        <Frame
          title={t('checks:run.title')}
          lead={t('checks:run.lead')}
          actions={
            <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ visitId })}>
              {t('checks:run.cancel')}
            </Button>
          }
        >
          <ScanProgress step={phase.step} share={phase.share} />
        </Frame>
      );
    case 'failed':
      return (
        <Frame
          title={t(`checks:failed.${phase.why}.title`)}
          lead={t(`checks:failed.${phase.why}.text`)}
          actions={
            <>
              <Button variant="default" onClick={onHelp}>
                {t('checks:failed.help')}
              </Button>
              <Button variant="default" loading={giveBack.isPending} onClick={() => giveBack.mutate({ visitId })}>
                {t('checks:failed.give_back')}
              </Button>
              <Button loading={start.isPending} onClick={begin}>
                {t('checks:failed.again')}
              </Button>
            </>
          }
        >
          {start.isError ? <GuestFault error={start.error} /> : null}
          {giveBack.isError ? <GuestFault error={giveBack.error} /> : null}
          {PLUG_FAULTS.includes(phase.why) ? (
            <>
              <div className={classes.notice}>
                <Notice tone="good" icon={IconCircleCheck}>
                  {t('checks:failed.paid')}
                </Notice>
              </div>
              <ConnectSteps />
            </>
          ) : (
            <Scene>
              <StatePanel icon={IconPlugConnectedX} tone="warn" title={t('checks:failed.paid')} />
            </Scene>
          )}
        </Frame>
      );
    case 'locked':
      return (
        <Frame title={t('checks:locked.title')} lead={t('checks:locked.lead')} actions={done}>
          <FoundCounts found={phase.found} />
        </Frame>
      );
    case 'found':
      return (
        <Frame
          title={t('checks:found.title', { n: phase.reading.findings.length })}
          lead={t('checks:found.lead')}
          actions={done}
        >
          <ScrollRegion
            className={classes.result}
            label={t('checks:found.title', { n: phase.reading.findings.length })}
          >
            <Unanswered list={phase.reading.unanswered} />
            <Findings reading={phase.reading} />
            <CarFacts reading={phase.reading} />
          </ScrollRegion>
        </Frame>
      );
    case 'clean':
    case 'partly': {
      const isClean = phase.kind === 'clean';
      return (
        <Frame
          title={t(isClean ? 'checks:clean.title' : 'checks:partly.title')}
          lead={isClean ? t('checks:clean.lead') : undefined}
          actions={
            <>
              {isClean ? null : repeat}
              {done}
            </>
          }
        >
          <Unanswered list={phase.reading.unanswered} />
          {isClean ? (
            <Scene>
              <StatePanel icon={IconCircleCheck} tone="good" title={t('checks:clean.state')} />
            </Scene>
          ) : null}
          <CarFacts reading={phase.reading} />
        </Frame>
      );
    }
  }
}

/** What the car kept to itself: a list without it is not the whole truth. */
function Unanswered({ list }: { readonly list: readonly ('vin' | 'status' | 'stored' | 'pending' | 'permanent')[] }) {
  const t = useText();
  if (list.length === 0) return null;
  return (
    <div className={classes.notice}>
      <Notice tone="warn" icon={IconAlertTriangle}>
        {t('checks:partly.text', { list: list.map((one) => t(`checks:reading.${one}`)).join(', ') })}
      </Notice>
    </div>
  );
}
