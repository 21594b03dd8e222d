import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { summarise } from '#shared/diagnostics/thickness.rules.ts';
import { zoneName } from '#shared/diagnostics/thickness-zones.ts';
import type { MeasurementView } from '#shared/rpc/thickness.contract.ts';
import { useNow } from '../../app/clock.tsx';
import { useLanguage, useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { BodyChoice } from '../../features/thickness/body-choice.tsx';
import { BodyDrawing } from '../../features/thickness/body-drawing.tsx';
import { overall } from '../../features/thickness/overall.rules.ts';
import { VerdictLegend } from '../../features/thickness/verdict-legend.tsx';
import { ZoneEntry } from '../../features/thickness/zone-entry.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { AskDialog } from '../ask-dialog.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import classes from './thickness-screen.module.css';

/** Somebody walks round a car and touches no screen: this long after the last value they are still taken for present. */
const PRESENT_MS = 5 * 60_000;

/** @param onBusy tells whether somebody measures: then nobody may be sent away. */
export function ThicknessScreen({
  guest: { visitId },
  onBusy,
}: {
  readonly guest: Guest;
  readonly onBusy: (busy: boolean) => void;
}) {
  const t = useText();
  const api = useApi();
  const now = useNow(5000);
  const query = useQuery({ ...api.thickness.get.queryOptions({ input: { visitId } }), refetchInterval: 5000 });
  const start = useMutation({ ...api.thickness.start.mutationOptions(), onSuccess: () => void query.refetch() });
  const measurement = query.data?.measurement;
  const last = measurement && Math.max(measurement.startedAt, ...measurement.readings.map(({ at }) => at));
  const busy = measurement?.finishedAt === undefined && last !== undefined && now - last < PRESENT_MS;
  useEffect(() => {
    onBusy(busy);
    return () => onBusy(false);
  }, [busy, onBusy]);

  if (query.data === undefined) {
    return (
      <Frame title={t('checks:body.title')}>
        {query.isError ? <GuestFault error={query.error} /> : <LoadingState />}
      </Frame>
    );
  }
  if (query.data === null) {
    return (
      <Frame title={t('checks:body.title')} lead={t('checks:body.lead')}>
        {start.isError ? <GuestFault error={start.error} /> : null}
        <BodyChoice busy={start.isPending} onChoose={(body) => start.mutate({ visitId, body })} />
      </Frame>
    );
  }
  return query.data.measurement.finishedAt === undefined ? (
    <Measuring view={query.data} onChanged={() => void query.refetch()} />
  ) : (
    <Result view={query.data} />
  );
}

function Measuring({ view, onChanged }: { readonly view: MeasurementView; readonly onChanged: () => void }) {
  const t = useText();
  const api = useApi();
  const language = useLanguage();
  const [asking, setAsking] = useState(false);
  const { measurement, at, gauge } = view;
  const { visitId, body } = measurement;
  const summary = summarise(body, measurement.readings, measurement.norms);
  const done = summary.zones - summary.missing.length;
  const changed = { onSuccess: onChanged };
  const measure = useMutation({ ...api.thickness.measure.mutationOptions(), ...changed });
  const point = useMutation({ ...api.thickness.point.mutationOptions(), ...changed });
  const finish = useMutation({ ...api.thickness.finish.mutationOptions(), ...changed });
  const end = () => finish.mutate({ visitId });
  const error = measure.error ?? point.error ?? finish.error;
  const isComplete = summary.missing.length === 0;
  return (
    <Frame
      title={isComplete ? t('checks:measure.all') : t('checks:measure.title')}
      lead={t('checks:measure.progress', { done, all: summary.zones })}
      actions={
        <Button
          variant={isComplete ? 'filled' : 'default'}
          loading={finish.isPending}
          onClick={() => (isComplete ? end() : setAsking(true))}
        >
          {t('checks:measure.finish')}
        </Button>
      }
    >
      {error === null ? null : <GuestFault error={error} />}
      <div className={classes.measuring}>
        <div className={classes.drawing}>
          <BodyDrawing measurement={measurement} at={at} onPoint={(zone) => point.mutate({ visitId, zone })} />
        </div>
        <div className={classes.side}>
          {at === undefined ? (
            <VerdictLegend summary={summary} />
          ) : (
            <ZoneEntry
              key={at}
              name={zoneName(body, at, language) ?? at}
              gauge={gauge}
              onValue={(value) => measure.mutate({ visitId, zone: at, value })}
            />
          )}
        </div>
      </div>
      <AskDialog
        opened={asking}
        title={t('checks:ask.title')}
        text={t('checks:ask.text', { n: summary.missing.length })}
        keep={t('checks:ask.keep')}
        onKeep={() => setAsking(false)}
        drop={t('checks:ask.drop')}
        dropping={finish.isPending}
        onDrop={end}
      />
    </Frame>
  );
}

function Result({ view: { measurement } }: { readonly view: MeasurementView }) {
  const t = useText();
  const move = useKiosk((state) => state.move);
  const summary = summarise(measurement.body, measurement.readings, measurement.norms);
  const { medianMicrometres, missing, zones } = summary;
  return (
    <Frame
      title={t(`checks:result.${overall(summary)}`)}
      lead={medianMicrometres === undefined ? undefined : t('checks:result.lead', { median: medianMicrometres })}
      actions={<Button onClick={() => move({ kind: 'work_done' })}>{t('checks:done')}</Button>}
    >
      {missing.length === 0 ? null : (
        <div className={classes.notice}>
          <Notice tone="warn" icon={IconAlertTriangle}>
            {t('checks:result.incomplete', { done: zones - missing.length, all: zones })}
          </Notice>
        </div>
      )}
      <div className={classes.measuring}>
        <div className={classes.drawing}>
          <BodyDrawing measurement={measurement} />
        </div>
        <div className={classes.side}>
          <VerdictLegend summary={summary} />
        </div>
      </div>
    </Frame>
  );
}
