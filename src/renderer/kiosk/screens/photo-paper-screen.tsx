import { Button } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconFileOff,
  IconHeartHandshake,
  IconPhotoCheck,
  IconPlayerPause,
  IconPrinter,
  IconZoomQuestion,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClock, useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { PrinterScene } from '../../features/kiosk-receipt/printer-scene.tsx';
import { type PaperState, paperState } from '../../features/photo/paper.rules.ts';
import classes from '../../features/photo/photo.module.css';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import { Scene } from '../scene.tsx';

const ICONS: Readonly<Record<PaperState, Icon>> = {
  printing: IconPrinter,
  printed: IconPhotoCheck,
  no_paper: IconFileOff,
  stopped: IconPlayerPause,
  failed: IconAlertTriangle,
  unknown: IconZoomQuestion,
  staff: IconHeartHandshake,
};

/** The paper of a photo, from the printer or from a person. @param onBusy tells whether it is being printed. */
export function PhotoPaperScreen({
  guest: { visitId },
  onBusy,
}: {
  readonly guest: Guest;
  readonly onBusy: (busy: boolean) => void;
}) {
  const t = useText();
  const api = useApi();
  const clock = useClock();
  const move = useKiosk((state) => state.move);
  const [since] = useState(clock);
  const now = useNow(1000);
  const photo = useQuery({
    ...api.photos.get.queryOptions({ input: { visitId } }),
    // Should a change be lost on the way, the paper is still noticed.
    refetchInterval: 3000,
  });
  const again = useMutation({ ...api.photos.print.mutationOptions(), onSuccess: () => void photo.refetch() });
  const view = photo.data;
  const state = view === undefined ? undefined : paperState(view, now - since);
  const isPrinting = state === 'printing';
  useEffect(() => {
    onBusy(isPrinting);
    return () => onBusy(false);
  }, [isPrinting, onBusy]);

  if (view === undefined || state === undefined) {
    return (
      <Frame title={t('photo:paper.printing.title')}>
        {photo.isError ? <GuestFault error={photo.error} /> : <LoadingState />}
      </Frame>
    );
  }
  const isGood = state === 'printed' || state === 'staff';
  return (
    <Frame
      title={t(`photo:paper.${state}.title`)}
      lead={t(`photo:paper.${state}.text`)}
      actions={
        isPrinting ? undefined : (
          <>
            {state === 'failed' ? (
              <Button variant="default" loading={again.isPending} onClick={() => again.mutate({ visitId })}>
                {t('photo:paper.again')}
              </Button>
            ) : null}
            <Button onClick={() => move({ kind: 'work_done' })}>{t('photo:paper.done')}</Button>
          </>
        )
      }
    >
      {again.isError ? <GuestFault error={again.error} /> : null}
      {view !== null && (isPrinting || state === 'printed') ? (
        <PrinterScene printing={isPrinting}>
          <img className={classes.paper} src={view.url} alt={t('photo:review.picture')} />
        </PrinterScene>
      ) : (
        <Scene>
          <div className={classes.kept}>
            {view === null ? null : <img className={classes.paper} src={view.url} alt={t('photo:review.picture')} />}
            <StatePanel
              icon={ICONS[state]}
              tone={isGood ? 'good' : 'warn'}
              title={view?.order === undefined ? null : t('photo:paper.number', { number: view.order.number })}
            />
          </div>
        </Scene>
      )}
    </Frame>
  );
}
