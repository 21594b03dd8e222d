import { Button } from '@mantine/core';
import { IconFileAlert } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type { ReportView } from '#shared/rpc/reports.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { ReportSummary } from '../../features/reports/report-summary.tsx';
import { WayCard } from '../../features/reports/way-card.tsx';
import { type Way, wayState, waysOf } from '../../features/reports/ways.rules.ts';
import { emptyDraft, readContact } from '../../features/visits/contact.rules.ts';
import { ContactForm } from '../../features/visits/contact-form.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import { Scene } from '../scene.tsx';
import classes from './report-screen.module.css';

/** @param onBusy tells whether the report is being made: then nobody may be sent away. */
export function ReportScreen({ guest, onBusy }: { readonly guest: Guest; readonly onBusy: (busy: boolean) => void }) {
  const t = useText();
  const api = useApi();
  const move = useKiosk((state) => state.move);
  const input = { visitId: guest.visitId };
  const query = useQuery({
    ...api.reports.get.queryOptions({ input }),
    // Should a change be lost on the way, the end of a delivery is still noticed.
    refetchInterval: 3000,
  });
  const make = useMutation({ ...api.reports.make.mutationOptions(), onSuccess: () => void query.refetch() });
  const { mutate, isPending, isIdle } = make;
  const { visitId } = guest;
  useEffect(() => {
    if (isIdle) mutate({ visitId });
  }, [isIdle, mutate, visitId]);
  useEffect(() => {
    onBusy(isPending);
    return () => onBusy(false);
  }, [isPending, onBusy]);

  const done = <Button onClick={() => move({ kind: 'report_done' })}>{t('report:done')}</Button>;
  if (make.isError) {
    return (
      <Frame title={t('report:failed')} actions={done}>
        <GuestFault error={make.error} />
        <Scene>
          <StatePanel icon={IconFileAlert} tone="warn" title={t('report:failed')} />
        </Scene>
      </Frame>
    );
  }
  const report = make.isSuccess ? (query.data ?? make.data) : undefined;
  if (report === undefined) {
    return (
      <Frame title={t('report:making.title')} lead={t('report:making.lead')}>
        <LoadingState />
      </Frame>
    );
  }
  return <Ready guest={guest} report={report} done={done} />;
}

function Ready({
  guest,
  report,
  done,
}: {
  readonly guest: Guest;
  readonly report: ReportView;
  readonly done: ReactNode;
}) {
  const t = useText();
  const api = useApi();
  const [asking, setAsking] = useState<'email' | 'sms'>();
  const print = useMutation(api.reports.print.mutationOptions());
  if (asking !== undefined) {
    return <Address guest={guest} reportId={report.id} way={asking} onLeave={() => setAsking(undefined)} />;
  }
  const choose = (way: Way) => (way === 'print' ? print.mutate({ reportId: report.id }) : setAsking(way));
  return (
    <Frame title={t('report:title')} lead={t('report:lead')} actions={done}>
      {print.isError ? <GuestFault error={print.error} /> : null}
      <div className={classes.ready}>
        <ReportSummary report={report} />
        {waysOf(report).map((way) => (
          <WayCard key={way} way={way} state={wayState(report, way)} onAsk={() => choose(way)} />
        ))}
      </div>
    </Frame>
  );
}

/** Where to: what the guest gave for the receipt is there already, and may be corrected. */
function Address({
  guest,
  reportId,
  way,
  onLeave,
}: {
  readonly guest: Guest;
  readonly reportId: string;
  readonly way: 'email' | 'sms';
  readonly onLeave: () => void;
}) {
  const t = useText();
  const api = useApi();
  const [draft, setDraft] = useState(() => ({
    ...emptyDraft(guest.contact),
    way: way === 'sms' ? ('phone' as const) : way,
  }));
  const [asked, setAsked] = useState(false);
  const send = useMutation({ ...api.reports.send.mutationOptions(), onSuccess: onLeave });
  const contact = readContact(draft);
  const go = () => {
    setAsked(true);
    if (contact?.email !== undefined) send.mutate({ reportId, to: { channel: 'email', address: contact.email } });
    else if (contact?.phone !== undefined) send.mutate({ reportId, to: { channel: 'sms', address: contact.phone } });
  };
  return (
    <Frame
      onBack={onLeave}
      title={t('report:enter.title')}
      lead={t('report:enter.lead')}
      actions={
        <Button loading={send.isPending} onClick={go}>
          {t('report:enter.send')}
        </Button>
      }
    >
      {send.isError ? <GuestFault error={send.error} /> : null}
      <ContactForm
        draft={draft}
        wrong={asked && contact === undefined}
        hint={t(`report:offer.${draft.way === 'email' ? 'email' : 'sms'}`)}
        onChange={(next) => {
          setAsked(false);
          setDraft(next);
        }}
        onEnter={go}
      />
    </Frame>
  );
}
