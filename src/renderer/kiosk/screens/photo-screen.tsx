import { Button } from '@mantine/core';
import { IconCamera, IconCameraOff, IconFlipHorizontal, IconMoon } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Orientation } from '#shared/photos/photo-format.ts';
import { useClock, useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { FileChoice } from '../../features/photo/file-choice.tsx';
import classes from '../../features/photo/photo.module.css';
import { drawPicture, flipPicture, type Picture, readFile, sendPicture } from '../../features/photo/picture.ts';
import { PictureSheet } from '../../features/photo/picture-sheet.tsx';
import { ShapeChoice } from '../../features/photo/shape-choice.tsx';
import { Viewfinder } from '../../features/photo/viewfinder.tsx';
import { useCamera } from '../../ui/camera.ts';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { Frame } from '../frame.tsx';
import { GuestFault } from '../guest-fault.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import { Scene } from '../scene.tsx';

const SOON_MS = 3000;
/** Time to walk to a car. */
const LATER_MS = 10_000;

/** @param onBusy tells whether the seconds are counted: then nobody may be sent away. */
export function PhotoScreen({ guest, onBusy }: { readonly guest: Guest; readonly onBusy: (busy: boolean) => void }) {
  const [orientation, setOrientation] = useState<Orientation>('landscape');
  const [picture, setPicture] = useState<Picture>();
  return picture === undefined ? (
    <Take orientation={orientation} onOrientation={setOrientation} onPicture={setPicture} onBusy={onBusy} />
  ) : (
    <Review
      guest={guest}
      orientation={orientation}
      picture={picture}
      onFlip={() => setPicture(flipPicture(picture))}
      onAgain={() => setPicture(undefined)}
    />
  );
}

function Take({
  orientation,
  onOrientation,
  onPicture,
  onBusy,
}: {
  readonly orientation: Orientation;
  readonly onOrientation: (orientation: Orientation) => void;
  readonly onPicture: (picture: Picture) => void;
  readonly onBusy: (busy: boolean) => void;
}) {
  const t = useText();
  const api = useApi();
  const clock = useClock();
  const now = useNow(100);
  const move = useKiosk((state) => state.move);
  const info = useQuery(api.device.info.queryOptions());
  const { camera, retry } = useCamera();
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const [shootAt, setShootAt] = useState<number>();
  const fromFile = useMutation({ mutationFn: (file: Blob) => readFile(file, orientation), onSuccess: onPicture });
  const isCounting = shootAt !== undefined && camera.kind === 'live';
  const left = isCounting ? Math.ceil((shootAt - now) / 1000) : undefined;
  useEffect(() => {
    onBusy(isCounting);
    return () => onBusy(false);
  }, [isCounting, onBusy]);
  useEffect(() => {
    if (left === undefined || left > 0 || video === null) return;
    onPicture(drawPicture(video, { width: video.videoWidth, height: video.videoHeight }, orientation));
  }, [left, video, orientation, onPicture]);

  const file =
    info.data?.environment === 'DEV' ? (
      <FileChoice disabled={isCounting} onFile={(chosen) => fromFile.mutate(chosen)} />
    ) : null;
  const fault = fromFile.isError ? <GuestFault error={fromFile.error} /> : null;
  if (camera.kind === 'fault') {
    return (
      <Frame
        step="photo"
        onBack={() => move({ kind: 'back' })}
        title={t(`photo:fault.${camera.why}.title`)}
        actions={
          <>
            <Button variant="default" onClick={retry}>
              {t('photo:fault.retry')}
            </Button>
            {file}
          </>
        }
      >
        {fault}
        <Scene>
          <StatePanel icon={IconCameraOff} tone="warn" title={t(`photo:fault.${camera.why}.text`)} role="alert" />
        </Scene>
      </Frame>
    );
  }
  return (
    <Frame
      step="photo"
      onBack={isCounting ? undefined : () => move({ kind: 'back' })}
      title={t('photo:take.title')}
      lead={t('photo:take.lead')}
      actions={
        <>
          {file}
          <Button
            variant="default"
            disabled={camera.kind !== 'live' || isCounting}
            onClick={() => setShootAt(clock() + LATER_MS)}
          >
            {t('photo:take.later')}
          </Button>
          <Button
            leftSection={<IconCamera aria-hidden stroke={1.75} />}
            disabled={camera.kind !== 'live' || isCounting}
            onClick={() => setShootAt(clock() + SOON_MS)}
          >
            {t('photo:take.soon')}
          </Button>
        </>
      }
    >
      {fault}
      <div className={classes.take}>
        <ShapeChoice value={orientation} disabled={isCounting} onChange={onOrientation} />
        {camera.kind === 'live' ? (
          <Viewfinder stream={camera.stream} orientation={orientation} left={left} onVideo={setVideo} />
        ) : (
          <LoadingState label={t('photo:take.asking')} />
        )}
      </div>
    </Frame>
  );
}

function Review({
  guest,
  orientation,
  picture,
  onFlip,
  onAgain,
}: {
  readonly guest: Guest;
  readonly orientation: Orientation;
  readonly picture: Picture;
  readonly onFlip: () => void;
  readonly onAgain: () => void;
}) {
  const t = useText();
  const move = useKiosk((state) => state.move);
  const save = useMutation({
    mutationFn: () => sendPicture(guest.visitId, picture),
    onSuccess: () => move({ kind: 'photo_taken' }),
  });
  return (
    <Frame
      step="photo"
      title={t('photo:review.title')}
      lead={t('photo:review.lead')}
      actions={
        <>
          <Button variant="default" disabled={save.isPending} onClick={onAgain}>
            {t('photo:review.again')}
          </Button>
          <Button
            variant="default"
            disabled={save.isPending}
            leftSection={<IconFlipHorizontal aria-hidden stroke={1.75} />}
            onClick={onFlip}
          >
            {t('photo:review.flip')}
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('photo:review.use')}
          </Button>
        </>
      }
    >
      {save.isError ? <GuestFault error={save.error} /> : null}
      <div className={classes.take}>
        <PictureSheet picture={picture} orientation={orientation} />
        {picture.isDark ? (
          <div className={classes.notice}>
            <Notice tone="warn" icon={IconMoon}>
              {t('photo:review.dark')}
            </Notice>
          </div>
        ) : null}
      </div>
    </Frame>
  );
}
